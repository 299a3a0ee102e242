/// A swarm in which something can be seen: a topology, but for who misbehaves in it.
///
/// The same text is planned and played on ideal links, or run by the lab with real processes.
package struct ProofScene: Sendable {
  package var name: String
  /// What can be seen here, and why here.
  package var lesson: String
  /// Payload, in MiB.
  package var mebibytes: Int
  package var pieceKibibytes = 256
  package var groups: [Group]
  /// What happens to it, as the topology writes it, an item each: only with real processes.
  package var faults: [String] = []
  package var until: String
  /// Swarm seconds for each real second, with real processes.
  package var speed = 20
  /// Parameters of checks that need some, as the topology writes them.
  package var parameters: [String: String] = [:]
  /// Checks that are not made here, since they could not pass.
  package var without: [String] = []
  /// What honest peers must have decided here.
  package var mustDecide: [String]

  package struct Group: Sendable {
    package var name: String
    package var count: Int
    /// Keys of the group, as the topology writes them.
    package var settings: String

    package init(_ name: String, _ settings: String, count: Int = 1) {
      self.name = name
      self.count = count
      self.settings = settings
    }
  }
}

/// Who misbehaves: all of some groups of the scene, or one member of a group.
package enum Offenders: Hashable, Sendable {
  /// One member of this group, which becomes a group of its own, `offender`.
  case one(of: String)
  /// All members of these groups.
  case all(of: [String])
}

extension ProofScene {
  /// The topology's text.
  ///
  /// - Parameter misbehaving: who does what, how strongly; nil for an honest swarm.
  package func text(
    checks: [String], misbehaving: (offenders: Offenders, name: String, dose: Double)? = nil, randomSeed: UInt64 = 1
  ) -> String {
    var lines: [String] = []
    func add(_ name: String, _ count: Int, _ settings: String, _ more: String = "") {
      lines.append("  \(name): {count: \(count), \(settings)\(more)}")
    }
    for group in groups {
      guard let misbehaving else {
        add(group.name, group.count, group.settings)
        continue
      }
      let told = ", misbehaviour: {name: \(misbehaving.name), dose: \(Self.plain(misbehaving.dose))}"
      switch misbehaving.offenders {
      case .one(let of) where of == group.name:
        // The offender comes first: with `every`, it is the first to arrive.
        add("offender", 1, group.settings, told)
        if group.count > 1 { add(group.name, group.count - 1, group.settings) }
      case .all(let of) where of.contains(group.name): add(group.name, group.count, group.settings, told)
      default: add(group.name, group.count, group.settings)
      }
    }
    let chosen = checks.filter { !without.contains($0) }.map { name in
      parameters[name].map { "  - \(name): \($0)" } ?? "  - \(name)"
    }
    let struck = faults.isEmpty ? "" : "faults:\n" + faults.map { "  - \($0)\n" }.joined()
    return """
      name: \(name)
      description: \(lesson.contains(":") ? "\"\(lesson)\"" : lesson)
      randomSeed: \(randomSeed)
      speed: \(speed)
      payload: {size: \(mebibytes) MiB, pieceLength: \(pieceKibibytes) KiB}
      tracker: {announceInterval: 30 s}
      peers:
      \(lines.joined(separator: "\n"))
      \(struck)until: {\(until)}
      capture: {keep: scrubbed}
      checks:
      \(chosen.joined(separator: "\n"))

      """
  }

  /// A dose as YAML and people write it: `1`, `0.05`.
  package static func plain(_ dose: Double) -> String { dose == dose.rounded() ? "\(Int64(dose))" : "\(dose)" }
}
