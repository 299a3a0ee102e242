import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a connection was given and has not sent yet, by its age.
///
/// What is young may leave all at once when a machine that was busy comes to it, so the upload bucket leaves room for it. What
/// has waited for a second is held up by the other side, which takes no more or takes it slowly: one that asks and does
/// not read would else take all the room for ever, and nobody else would be served. It gets nothing new until most of that
/// has left.
package struct Outflow {
  /// Real nanoseconds.
  private static let youth: Int64 = 1_000_000_000
  /// As much may wait for a slow receiver, so that its line is never idle for want of something to send.
  private static let mostHeldUp: Int64 = 32 * 1024

  /// Bytes of the stream that the channel was given so far; then, and as they were one and two looks before.
  private var given: Int64 = 0
  private var marked: Int64 = 0
  private var old: Int64 = 0
  private var markedAt = Int64.min
  /// Whether it is to get nothing new for the time being.
  package private(set) var isHeldUp = false

  package init() {}

  package mutating func give(_ bytes: Int) { given += Int64(bytes) }

  /// - Parameters:
  ///   - unsent: bytes of what was given that have not left.
  ///   - now: real time, in nanoseconds.
  /// - Returns: the young of these.
  package mutating func young(of unsent: Int64, at now: Int64) -> Int64 {
    if markedAt == .min || now - markedAt >= Self.youth {
      old = markedAt == .min ? 0 : marked
      marked = given
      markedAt = now
    }
    let heldUp = max(0, old - (given - unsent))
    isHeldUp = heldUp > Self.mostHeldUp
    return unsent - heldUp
  }
}

/// How much of what a channel was given has not left this machine's TCP yet. When receivers were kept waiting for a
/// processor it leaves all at once, so whoever promises a burst must count it.
enum UnsentBytes {
  /// On the channel's event loop. Where the kernel does not tell, only what the channel holds is counted.
  static func of(_ channel: any Channel) -> Int64 {
    let held = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    var information = Information()
    (channel as? any SocketOptionProvider)?
      .unsafeGetSocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: TCP_INFO))
      .assumeIsolated().whenSuccess { (found: Information) in information = found }
    return Int64(held) + Int64(information.notSentBytes)
  }

  /// The front of Linux' `struct tcp_info` (include/uapi/linux/tcp.h, 4.6 and later), which the C library's header cuts
  /// short: 8 bytes of state, 24 words, 4 long words, 2 words, then `tcpi_notsent_bytes`.
  private struct Information: Sendable {
    typealias EightWords = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)
    var state: UInt64 = 0
    var words: (EightWords, EightWords, EightWords) = (
      (0, 0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0, 0)
    )
    var rates: (UInt64, UInt64) = (0, 0)
    var byteCounts: (UInt64, UInt64) = (0, 0)
    var segmentCounts: (UInt32, UInt32) = (0, 0)
    var notSentBytes: UInt32 = 0
  }
}
