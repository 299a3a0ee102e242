import Planning
import SwarmTime

/// What a peer lacks of what it wants, and who within its reach has said to have that.
struct Lack {
  /// Rising, each with those who have it, by place in the plan.
  private let pieces: [(piece: Int, holders: [Int])]
  /// From when on each piece was held by one of them; nil where one never was.
  private let since: SwarmInstant?
  private let names: [String]

  private static let quotedPieces = 4
  private static let quotedHolders = 3

  /// - Parameter reach: who could give it something, by place in the plan.
  init(of peer: Int, among reach: [Int], _ scene: Scene) {
    let holdings = scene.holdings
    func held(_ piece: Int, by other: Int) -> SwarmInstant? {
      if let said = holdings.said(other, has: piece) { return said.at }
      // A seed need not have said so: nobody may have asked it.
      return scene.plan.peers[other].role == .seed ? scene.arrivals[other] : nil
    }
    var all: [(piece: Int, holders: [Int])] = []
    var latest: SwarmInstant? = .zero
    for piece in 0..<holdings.wanted[peer] where holdings.said(peer, has: piece) == nil {
      all.append((piece: piece, holders: reach.filter { held(piece, by: $0) != nil }))
      let first = reach.compactMap { held(piece, by: $0) }.min()
      if let first, let known = latest { latest = max(known, first) } else { latest = nil }
    }
    pieces = all
    since = latest
    names = scene.cast.names
  }

  var count: Int { pieces.count }

  /// `it lacks 3 pieces: 1 (leecher-2 has it), 2 (nobody within reach has it), …`.
  var text: String {
    let quoted = pieces.prefix(Self.quotedPieces).map { "\($0.piece) (\(holding($0.holders)))" }
    let rest = pieces.count - quoted.count
    let more = rest > 0 ? " and \(rest) more" : ""
    let told = "it lacks \(Wording.count(pieces.count, "piece")): \(quoted.joined(separator: ", "))\(more)"
    return told + (since.map { "; from \(Wording.seconds($0)) on somebody within reach had each of them" } ?? "")
  }

  private func holding(_ holders: [Int]) -> String {
    guard !holders.isEmpty else { return "nobody within reach has it" }
    let named = holders.prefix(Self.quotedHolders).map { names[$0] }.joined(separator: ", ")
    let rest = holders.count - Self.quotedHolders
    return rest > 0 ? "\(named) and \(rest) more have it" : "\(named) \(holders.count == 1 ? "has" : "have") it"
  }
}
