public import SwarmTime

/// One connection that carries peer wire, or the payload over HTTP, with both ends known as members of the cast.
public struct Conversation: Hashable, Sendable {
  /// Place in `Trace.connections`.
  public var connection: Int
  /// Index in the cast of side 0 and side 1.
  public var first: Int
  public var second: Int
  public var opened: SwarmInstant
  /// When state ends: at its close, or the death of either end; the end of the capture for one still open.
  public var closed: SwarmInstant
  /// Still open when the capture ended.
  public var isCensored: Bool
  /// Whether it is peer wire about the payload of the plan.
  public var isOurs: Bool
  /// Whether it is HTTP.
  public var isDownload = false
  /// The same two peers had another connection at the time, and this one was soon closed without a block.
  public var isDuplicate = false
  /// Both handshakes were seen at offset 0 of streams seen from their SYN, so that state is known from the start.
  public var isKnownFromStart: Bool
  /// Both sides speak BEP 6.
  public var speaksFast: Bool

  /// Who is on that side.
  public func peer(_ side: Int) -> Int { side == 0 ? first : second }
}
