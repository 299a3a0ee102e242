import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

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
