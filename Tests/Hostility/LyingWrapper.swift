import Foundation
import Glibc
import Wire

/// Stands between a client and whoever connects to it, and makes the client break a rule: all that both say passes unchanged,
/// but for one message of the client's, in whose place something else is said.
public final class LyingWrapper: Sendable {
  /// What is said in place of a message of the client's, both with their length prefixes; nil lets it pass.
  public typealias Lie = @Sendable ([UInt8]) -> [UInt8]?

  /// Where to connect to instead of to the client.
  public let port: UInt16
  private let listener: Int32

  /// - Parameters:
  ///   - ip: where the client listens, and the wrapper beside it.
  ///   - client: the client's port.
  public init(at ip: String, before client: UInt16, _ lie: @escaping Lie) throws {
    (listener, port) = try Stranger.listen(at: ip)
    let listener = listener
    Thread.detachNewThread { Self.serve(listener, ip, client, lie) }
  }

  /// Nobody may connect any more; who has goes on.
  public func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func serve(_ listener: Int32, _ ip: String, _ port: UInt16, _ lie: @escaping Lie) {
    while let guest = try? Stranger(acceptedBy: listener) {
      // From where the guest itself would come.
      guard let client = try? Stranger(from: "127.0.0.1", to: ip, port) else { continue }
      Thread.detachNewThread { Self.pass(from: guest, to: client) { _ in nil } }
      Thread.detachNewThread { Self.pass(from: client, to: guest, lie) }
    }
    Glibc.close(listener)
  }

  /// Until either hangs up.
  private static func pass(from speaker: Stranger, to hearer: Stranger, _ lie: Lie) {
    defer {
      speaker.hangUp()
      hearer.hangUp()
    }
    guard let handshake = speaker.hear(Handshake.size), hearer.say(handshake) else { return }
    var hasLied = false
    while let front = speaker.hear(4) {
      guard let rest = speaker.hear(front.reduce(0) { $0 << 8 | Int($1) }) else { return }
      let message = front + rest
      let said = hasLied ? nil : lie(message)
      hasLied = hasLied || said != nil
      guard hearer.say(said ?? message) else { return }
    }
  }
}
