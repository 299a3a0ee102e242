// libpcap as Swift sees it. `pcap_t *` arrives as OpaquePointer.
#ifndef SWARMLAB_CLIBPCAP_SHIM_H
#define SWARMLAB_CLIBPCAP_SHIM_H

#include <pcap/pcap.h>

#endif
