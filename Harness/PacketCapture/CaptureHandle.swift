import CLibpcap
import Glibc

/// Opening an interface through libpcap.
enum CaptureHandle {
  static func activate(
    device: String, bufferBytes: Int, timeoutMilliseconds: Int, filter: String?
  ) throws(CaptureError) -> OpaquePointer {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = pcap_create(device, &message) else {
      throw CaptureError(
        .noDevice, what: CaptureReader.text(message), place: device, mend: "name an interface of `ip link`")
    }
    pcap_set_snaplen(handle, Int32(CaptureWriter.snapLength))
    pcap_set_buffer_size(handle, Int32(clamping: bufferBytes))
    pcap_set_timeout(handle, Int32(clamping: timeoutMilliseconds))
    pcap_set_immediate_mode(handle, 0)
    pcap_set_promisc(handle, 0)
    pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
    let status = pcap_activate(handle)
    guard status >= 0 else {
      let error = failure(status, detail: pcap_geterr(handle).map { String(cString: $0) } ?? "", device: device)
      pcap_close(handle)
      throw error
    }
    if device == "lo" { passOverOutgoing(handle) }
    // Blocking reads do not wake for the ring's timeout on every kernel; the loop polls instead.
    pcap_setnonblock(handle, 1, &message)
    if let filter { try set(filter, on: handle, device: device) }
    return handle
  }

  /// A packet socket on `lo` is shown each packet as it leaves and as it arrives. libpcap passes over the first, but only
  /// after both have filled its ring, so the kernel is asked for the second alone (Linux 4.20 and later; others go on as
  /// before). The filter `inbound` would do the same, but libpcap tries what the ring already holds against a filter of
  /// its own, where that one lets nothing through: the first 50 ms were lost so (measured).
  private static func passOverOutgoing(_ handle: OpaquePointer) {
    // linux/if_packet.h and linux/socket.h, which Swift's C library does not show.
    let (packetLevel, ignoreOutgoing): (Int32, Int32) = (263, 23)
    var on: Int32 = 1
    setsockopt(pcap_fileno(handle), packetLevel, ignoreOutgoing, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func set(_ filter: String, on handle: OpaquePointer, device: String) throws(CaptureError) {
    var program = bpf_program()
    let withSentinel = device == "lo" ? "(\(filter)) or (\(Sentinel.filter))" : filter
    guard pcap_compile(handle, &program, withSentinel, 1, PCAP_NETMASK_UNKNOWN) == 0,
      pcap_setfilter(handle, &program) == 0
    else {
      let reason = pcap_geterr(handle).map { String(cString: $0) } ?? ""
      pcap_close(handle)
      throw CaptureError(
        .filter, what: "the filter `\(filter)` was refused: \(reason)", place: device, mend: "see `man pcap-filter`")
    }
    pcap_freecode(&program)
  }

  private static func failure(_ status: Int32, detail: String, device: String) -> CaptureError {
    let what = String(cString: pcap_statustostr(status))
    let words = detail.isEmpty || detail == what ? what : "\(what) (\(detail))"
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      return CaptureError(
        .noPermission, what: words, place: device,
        mend: "run inside the sandbox (install bubblewrap), as root, or give the binary cap_net_raw")
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return CaptureError(.noDevice, what: words, place: device, mend: "name an interface of `ip link`")
    case PCAP_ERROR_IFACE_NOT_UP:
      return CaptureError(.noDevice, what: words, place: device, mend: "`ip link set \(device) up`")
    default:
      return CaptureError(
        .cannotOpen, what: words, place: device, mend: "capture on `lo`, with less buffer if memory is short")
    }
  }
}
