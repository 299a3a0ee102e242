public import Planning

extension Plan {
  /// Peers to which something is done, or that break a rule: whoever else is slow is so on account of others. Of a
  /// partition that is the side that it names, though the other one does not hear it either.
  public var struck: Set<String> {
    var names = Set(faults.flatMap(\.peers))
    for peer in peers where peer.client.misbehaviour != nil { names.insert(peer.name) }
    return names
  }
}

/// Whom some setting of a comparison strikes: who is spared is so in all of them.
public struct Struck: Hashable, Sendable {
  /// Nil where no setting has faults or peers that misbehave: there is nothing to be spared from.
  public let names: Set<String>?

  /// - Parameter plans: of all settings, with one random seed.
  public init(_ plans: [Plan]) {
    let names = plans.reduce(into: Set<String>()) { $0.formUnion($1.struck) }
    self.names = names.isEmpty && plans.allSatisfy(\.faults.isEmpty) ? nil : names
  }

  /// By which results are told apart; nil where there is nothing to be spared from.
  public var digest: String? { names.map { RunResult.digest(of: $0.sorted().joined(separator: "\n")) } }
}

/// Whom settings strike, by random seed. Every setting must be planned to know it, which is done once for each.
public struct StruckBySeed: Sendable {
  private var known: [UInt64: Struck] = [:]

  public init() {}

  /// - Parameter plans: of all settings, with that random seed; asked for the first time only.
  public mutating func with(_ randomSeed: UInt64, plans: () throws -> [Plan]) rethrows -> Struck {
    if let struck = known[randomSeed] { return struck }
    let struck = Struck(try plans())
    known[randomSeed] = struck
    return struck
  }
}
