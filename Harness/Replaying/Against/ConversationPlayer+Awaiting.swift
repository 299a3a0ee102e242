import Dissection
import Wire

/// What of the other side's recorded lines is waited for, and when it counts as heard.
///
/// Waited for is what must come whatever the client, if it is in the state that the recorded one was in: its handshakes, what
/// it has, its interest, an unchoke that something of ours depends on, and a block for each that was asked for. Its HAVEs,
/// chokes, requests (answered as they come), keep-alives, suggestions and extended messages are its own affair.
extension ConversationPlayer {
  func isAnswered(_ content: Spoken) -> Bool {
    switch content {
    case .handshake: live.handshake != nil
    case .extended(id: 0, _): live.handshake != nil && (!isExtended || live.hasShakenExtensions)
    case .extended, .unknown: true
    case .block: asks.outstanding.isEmpty || blocksHeard > blocksPassed
    case .message(let message): isAnswered(message)
    }
  }

  private func isAnswered(_ message: PeerMessage) -> Bool {
    switch message {
    case .bitfield(let bytes): live.hasSpokenOfPieces || !mapping.holdings(bytes).contains(true)
    case .haveAll: live.hasSpokenOfPieces
    case .interested: live.isInterested || !wantsBlocks
    case .unchoke: !live.isChoking || !own.isInterested || !isUnchokeNeeded
    default: true
    }
  }

  /// A request of ours is still to come, and there is something to ask for.
  private var isUnchokeNeeded: Bool {
    guard let last = own.lastRequest, next < last else { return false }
    return asks.canAsk { live.has[$0] }
  }
}
