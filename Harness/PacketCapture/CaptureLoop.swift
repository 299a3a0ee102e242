import CLibpcap
import Glibc
import Synchronization

/// The body of a capture's thread: polls the ring, hands on, writes, and ends past the sentinel.
///
/// Everything but `requestStop` is touched by that thread alone once it runs, hence unchecked.
final class CaptureLoop: @unchecked Sendable {
  private(set) var statistics = CaptureStatistics()

  private let handle: OpaquePointer
  private let device: String
  private let linkType: LinkType
  private let stampUnit: Int64
  private let writer: CaptureWriter?
  private let atMostBytes: Int64
  private let timeoutMilliseconds: Int
  private let follower: (any FrameFollower)?
  /// Monotonic nanoseconds by which to end; 0 while nobody asked.
  private let deadline = Atomic<Int64>(0)
  /// Nil on interfaces that it does not pass.
  private let sentinel: Sentinel?
  private var sawSentinel = false
  private var lastFlush: Int64 = 0

  /// After so long what was captured is on the disk, even if we are killed.
  private static let flushNanoseconds: Int64 = 5_000_000_000

  init(
    handle: OpaquePointer, device: String, file: String?, atMostBytes: Int64?, timeoutMilliseconds: Int,
    follower: (any FrameFollower)?
  ) throws(CaptureError) {
    self.handle = handle
    self.device = device
    self.timeoutMilliseconds = timeoutMilliseconds
    self.follower = follower
    self.atMostBytes = atMostBytes ?? .max
    linkType = LinkType(rawValue: pcap_datalink(handle))
    stampUnit = pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
    if let file { writer = try CaptureWriter(path: file, linkType: linkType) } else { writer = nil }
    sentinel = device == "lo" ? Sentinel() : nil
  }

  deinit {
    pcap_close(handle)
    sentinel?.close()
  }

  func requestStop(within seconds: Double) {
    let due = Self.now() + Int64(seconds * 1e9)
    if deadline.compareExchange(expected: 0, desired: due, ordering: .releasing).exchanged { sentinel?.send() }
  }

  /// Runs until stopped; `publish` is called after every batch.
  func run(publish: (CaptureStatistics) -> Void) {
    let context = Unmanaged.passUnretained(self).toOpaque().assumingMemoryBound(to: UInt8.self)
    let ring = pcap_get_selectable_fd(handle)
    var nextSend: Int64 = 0
    var idle = 0
    var complaint: String?
    while true {
      let due = deadline.load(ordering: .acquiring)
      var polled = pollfd(fd: ring, events: Int16(POLLIN), revents: 0)
      poll(&polled, 1, Int32(clamping: timeoutMilliseconds))
      let status = pcap_dispatch(handle, -1, takeFrame, context)
      publish(statistics)
      if status < 0 {
        complaint = pcap_geterr(handle).map { String(cString: $0) } ?? "libpcap gave no reason"
        break
      }
      if sawSentinel { break }
      flush()
      guard due != 0 else { continue }
      let now = Self.now()
      if now > due { break }
      if let sentinel {
        // Sent again now and then: a full ring may have dropped one.
        if now > nextSend {
          if nextSend > 0 { sentinel.send() }
          nextSend = now + 250_000_000
        }
      } else {
        // No sentinel passes other interfaces: end when the ring stayed empty for two of its timeouts.
        idle = status == 0 ? idle + 1 : 0
        if idle > 2 { break }
      }
    }
    end()
    if let complaint { fail(complaint) }
    publish(statistics)
  }

  private func end() {
    statistics.drained = sawSentinel
    var counted = pcap_stat()
    if pcap_stats(handle, &counted) == 0 { statistics.dropped = Int64(counted.ps_drop) + Int64(counted.ps_ifdrop) }
    follower?.finish { write($0, zeroing: $1) }
    guard let writer else { return }
    do throws(CaptureError) { try writer.close() } catch { cut(error, at: nil) }
    statistics.fileBytes = writer.size
  }

  private func flush() {
    let now = Self.now()
    guard let writer, !statistics.cutShort, now - lastFlush > Self.flushNanoseconds else { return }
    lastFlush = now
    do throws(CaptureError) { try writer.flush() } catch { cut(error, at: nil) }
  }

  fileprivate func take(_ header: pcap_pkthdr, _ bytes: UnsafeRawBufferPointer) {
    if sawSentinel { return }
    if let sentinel, sentinel.isIn(bytes) {
      sawSentinel = true
      return
    }
    statistics.frames += 1
    statistics.bytes += Int64(bytes.count)
    let frame = Frame(
      index: Int(statistics.frames),
      timeNanoseconds: Int64(header.ts.tv_sec) * 1_000_000_000 + Int64(header.ts.tv_usec) * stampUnit,
      originalLength: Int(header.len), linkType: linkType, bytes: bytes)
    guard let follower else { return write(frame, zeroing: []) }
    follower.take(frame) { write($0, zeroing: $1) }
  }

  private func write(_ frame: Frame, zeroing ranges: [Range<Int>]) {
    guard let writer, !statistics.cutShort else { return }
    if writer.size + Int64(CaptureWriter.recordHeaderSize + frame.bytes.count) > atMostBytes {
      return cut(nil, at: frame.timeNanoseconds)
    }
    do throws(CaptureError) {
      try writer.write(frame, zeroing: ranges)
      statistics.written += 1
      statistics.fileBytes = writer.size
    } catch { cut(error, at: frame.timeNanoseconds) }
  }

  private func cut(_ error: CaptureError?, at time: Int64?) {
    statistics.cutShort = true
    if statistics.cutShortAt == nil { statistics.cutShortAt = time }
    if statistics.failure == nil { statistics.failure = error }
  }

  private func fail(_ reason: String) {
    let error = CaptureError(
      .interrupted, what: "the capture broke off: \(reason)", place: device,
      mend: "see whether the interface is still up")
    cut(error, at: nil)
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// libpcap's callback: nonisolated, since one inferred to be on the main actor traps on this thread.
private nonisolated func takeFrame(
  _ context: UnsafeMutablePointer<UInt8>?, _ header: UnsafePointer<pcap_pkthdr>?, _ bytes: UnsafePointer<UInt8>?
) {
  guard let context, let header, let bytes else { return }
  Unmanaged<CaptureLoop>.fromOpaque(context).takeUnretainedValue()
    .take(header.pointee, UnsafeRawBufferPointer(start: bytes, count: Int(header.pointee.caplen)))
}
