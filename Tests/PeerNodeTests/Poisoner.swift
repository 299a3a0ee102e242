import PeerCore
import Testing
import Wire

/// A peer on a raw socket that says it has the first piece and answers requests as it likes.
final class Poisoner {
  enum Answer { case garbage, reject }

  private let socket: RawPeer
  private(set) var answered = 0

  /// Connects, greets, and unchokes.
  init(to address: PeerAddress, _ metainfo: Metainfo) throws {
    socket = try RawPeer(to: address)
    _ = try #require(try socket.greet(metainfo.infoHash))
    var pieces = [UInt8](repeating: 0, count: (metainfo.pieceCount + 7) / 8)
    pieces[0] = 0x80
    socket.say(PeerMessage.bitfield(pieces).encoded + PeerMessage.unchoke.encoded)
  }

  /// Answers what it is asked for until it has answered so much with garbage, or the connection is closed.
  ///
  /// - Returns: whether the other side closed.
  func serve(garbage most: Int, _ choose: (Block) -> Answer) -> Bool {
    while answered < most {
      let message: PeerMessage?
      do { message = try socket.hearMessage() } catch { return true }
      guard case .request(let block)? = message else { continue }
      switch choose(block) {
      case .reject: socket.say(PeerMessage.reject(block).encoded)
      case .garbage:
        answered += 1
        socket.say(PeerMessage.pieceHeader(block) + [UInt8](repeating: 0xEE, count: Int(block.length)))
      }
    }
    return false
  }
}
