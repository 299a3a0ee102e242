import CLibpcap
import Glibc
import Synchronization

/// A capture on a network interface, on a thread of its own.
///
/// Packets are kept from `init` on, so open it before the first process starts; `start` begins to hand them on and
/// write them. Not in immediate mode, with the full snap length and a large ring, since anything else loses frames on `lo`
/// (measured).
public final class LiveCapture: Sendable {
  private struct State: Sendable {
    var statistics = CaptureStatistics()
    var started = false
    var ended = false
    var waiting: [CheckedContinuation<CaptureStatistics, Never>] = []
  }

  private let loop: CaptureLoop
  private let state = Mutex(State())

  /// Opens and activates.
  ///
  /// - Parameters:
  ///   - device: an interface, such as `lo`; not `any`, which sees loopback packets twice.
  ///   - file: classic pcap to write, gzipped where the name ends in `.gz`; nil for none.
  ///   - atMostBytes: bound on the file's size, before compression; the frame that would exceed it and all later ones are
  ///     not written.
  ///   - bufferBytes: size of the kernel's ring.
  ///   - timeoutMilliseconds: how long the kernel may hold a block that is not full.
  ///   - filter: in libpcap's language; nil keeps everything.
  ///   - follower: is given every frame, the sentinel apart, and hands on what is written; nil writes all as it is.
  /// - Throws: `CaptureError`: no permission, no such interface, a file that cannot be created, a wrong filter.
  public init(
    device: String, file: String? = nil, atMostBytes: Int64? = nil, bufferBytes: Int = 64 << 20,
    timeoutMilliseconds: Int = 50, filter: String? = nil, follower: (any FrameFollower)? = nil
  ) throws(CaptureError) {
    let handle = try CaptureHandle.activate(
      device: device, bufferBytes: bufferBytes, timeoutMilliseconds: timeoutMilliseconds, filter: filter)
    do throws(CaptureError) {
      loop = try CaptureLoop(
        handle: handle, device: device, file: file, atMostBytes: atMostBytes, timeoutMilliseconds: timeoutMilliseconds,
        follower: follower)
    } catch {
      pcap_close(handle)
      throw error
    }
  }

  /// What was seen so far; drops are counted at the end.
  public var statistics: CaptureStatistics { state.withLock { $0.statistics } }

  /// Starts the thread. Once.
  public func start() {
    let first = state.withLock { state in
      defer { state.started = true }
      return !state.started
    }
    guard first else { return }
    let job = ThreadJob {
      self.loop.run { statistics in self.state.withLock { $0.statistics = statistics } }
      let waiting = self.state.withLock { state in
        state.ended = true
        state.statistics = self.loop.statistics
        defer { state.waiting = [] }
        return state.waiting
      }
      for continuation in waiting { continuation.resume(returning: self.loop.statistics) }
    }
    job.start()
  }

  /// Ends the capture after everything sent before this call was seen, or `seconds` later; the file is complete on
  /// return.
  public func stop(within seconds: Double = 5) async -> CaptureStatistics {
    start()
    loop.requestStop(within: seconds)
    return await withCheckedContinuation { continuation in
      let ended = state.withLock { state in
        if !state.ended { state.waiting.append(continuation) }
        return state.ended ? state.statistics : nil
      }
      if let ended { continuation.resume(returning: ended) }
    }
  }
}

/// A closure run on a new detached thread.
private final class ThreadJob: Sendable {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(&thread, nil, runThreadJob, context)
    precondition(status == 0, "no thread for the capture: \(String(cString: strerror(status)))")
    pthread_detach(thread)
  }

  fileprivate func run() { body() }
}

private nonisolated func runThreadJob(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { Unmanaged<ThreadJob>.fromOpaque(context).takeRetainedValue().run() }
  return nil
}
