/// Something that takes bytes from strangers, and what must hold whatever they are.
public struct FuzzTarget: Sendable {
  public let name: String
  public let summary: String
  /// Longer inputs find nothing that shorter ones do not, in bytes.
  public let longestInput: Int
  /// - Throws: `BrokenRule` where something does not hold. A trap is a find as well.
  public let run: @Sendable ([UInt8]) throws(BrokenRule) -> Void

  public static let all: [FuzzTarget] = [
    bencode, metainfo, handshake, messages, extensionHandshake, peerExchange, announceAnswer, scrapeAnswer,
    trackerQuery, udpTracker, peer, frames, scrub,
  ]

  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What did not hold.
public struct BrokenRule: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(BrokenRule) {
  if !holds { throw BrokenRule(rule()) }
}
