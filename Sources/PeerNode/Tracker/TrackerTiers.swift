package import SwarmTime

/// A torrent's trackers in tiers (BEP 12): each announce goes through them in order until one answers, so that a later
/// tier is asked only when all of the earlier ones fail.
package struct TrackerTiers: Sendable {
  private var tiers: [[TrackerURL]]
  private var identifiers: [TrackerURL: String] = [:]

  /// - Parameters:
  ///   - tiers: announce addresses; what a peer cannot speak to is left out.
  ///   - random: shuffles each tier, so that a swarm spreads over its trackers.
  package init(_ tiers: [[String]], random: inout RandomSource) {
    self.tiers = []
    for tier in tiers {
      var urls = tier.compactMap(TrackerURL.init)
      random.shuffle(&urls)
      if !urls.isEmpty { self.tiers.append(urls) }
    }
  }

  /// In the order in which they are asked.
  package var order: [TrackerURL] { tiers.flatMap { $0 } }

  /// What the tracker said to send along (BEP 3, `tracker id`).
  package func identifier(for tracker: TrackerURL) -> String? { identifiers[tracker] }

  /// The tracker answered: it is the first of its tier from now on. An identifier that it does not repeat still holds.
  package mutating func answered(_ tracker: TrackerURL, identifier: String?) {
    if let identifier { identifiers[tracker] = identifier }
    guard let tier = tiers.firstIndex(where: { $0.contains(tracker) }),
      let place = tiers[tier].firstIndex(of: tracker)
    else { return }
    tiers[tier].remove(at: place)
    tiers[tier].insert(tracker, at: 0)
  }
}
