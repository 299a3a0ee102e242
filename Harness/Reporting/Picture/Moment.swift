public import Judging
public import SwarmTime

/// A piece of evidence, tied to the peer whose timeline shows it.
public struct Moment: Sendable {
  public let at: SwarmInstant
  public let frame: Int?
  /// Whose timeline to look at; nil where it names nobody of the cast.
  public let peer: Int?
  /// All whom it names, by place in the cast.
  public let peers: [Int]
  public let check: String
  public let outcome: Verdict.Outcome
  public let text: String

  /// The evidence of these verdicts, in their order.
  ///
  /// A verdict about a peer or a pair is shown on its first subject's timeline; one about the swarm on that of the first
  /// peer that the evidence names.
  public static func all(in verdicts: [Verdict], names: [String]) -> [Moment] {
    let places = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    return verdicts.flatMap { verdict in
      let subject = verdict.subjects.lazy.compactMap { places[$0] }.first
      return verdict.evidence.map { evidence in
        let peers = evidence.peers.compactMap { places[$0] }
        return Moment(
          at: evidence.t, frame: evidence.frame, peer: subject ?? peers.first, peers: peers, check: verdict.check,
          outcome: verdict.outcome, text: evidence.text)
      }
    }
  }
}
