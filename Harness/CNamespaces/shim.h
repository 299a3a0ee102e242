// unshare(2), which Swift's module of the C library leaves out.
#pragma once

int unshare(int flags);

/// CLONE_NEWNET: a network namespace of the calling thread's own.
static const int swarmlab_new_network = 0x40000000;
