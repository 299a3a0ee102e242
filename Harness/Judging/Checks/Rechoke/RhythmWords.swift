import SwarmTime

/// How a rhythm is told: the moments that speak against it.
struct RhythmWords {
  let view: ChokingView
  let rhythm: ChokeRhythm
  let scene: Scene

  private static let most = 5

  private var name: String { scene.cast.names[view.peer] }

  /// The first decisions off the grid.
  var offGrid: [Evidence] {
    rhythm.offGrid.prefix(Self.most).compactMap { decision in
      guard let grid = rhythm.ownGrid(of: decision) else { return nil }
      let offset = grid.offset(of: decision.at).nanoseconds
      let side = offset < 0 ? "before" : "after"
      return evidence(
        decision,
        "\(Wording.seconds(abs(offset))) \(side) the point at \(Wording.seconds(grid.point(nearest: decision.at)))")
    }
  }

  /// The first decisions, with the rounds in which they were made.
  var series: [Evidence] {
    rhythm.onGrid.prefix(Self.most).compactMap { decision in
      rhythm.ownGrid(of: decision).map { evidence(decision, "in round \($0.number(of: decision.at)) of its grid") }
    }
  }

  private func evidence(_ decision: ChokeDecision, _ place: String) -> Evidence {
    let partners = decision.changes.map(\.partner)
    let said = decision.changes.prefix(Self.most).map { change in
      "\(change.isUnchoke ? "unchoked" : "choked") \(scene.cast.names[change.partner])"
    }
    let more = decision.changes.count > Self.most ? " and \(decision.changes.count - Self.most) more" : ""
    return Evidence(
      t: decision.at, frame: decision.first.frame > 0 ? Int(decision.first.frame) : nil,
      peers: [name] + partners.map { scene.cast.names[$0] },
      text: "\(name) \(said.joined(separator: ", "))\(more), \(place)")
  }
}
