/// The algorithms by name. Adding one is one file and one line here.
public enum ChokingCatalogue {
  public static let all: [ChokingSpec] = [
    .titForTat,
    // What clients do
    .mainline34,
    .mainline40,
    .libtorrentFixedSlots,
    .libtorrentRateBased,
    .transmission,
    .rakshasa,
    .aria2,
    .anacrolix,
    // What papers propose
    .bitTyrant,
    .propShare,
    .fairTorrent,
    .blockLevel,
    .birds,
    .loyalWhenNeeded,
    // To compare with
    .roundRobin,
    .random,
    .unchokeEverybody,
  ]

  public static let names = all.map(\.name)

  public static func spec(named name: String) -> ChokingSpec? { all.first { $0.name == name } }

  /// - Returns: nil for a name that is not in `names`.
  public static func algorithm(
    named name: String, _ settings: ChokingSettings = ChokingSettings()
  ) -> (any ChokingAlgorithm)? {
    spec(named: name)?.make(settings)
  }
}

/// An algorithm as it can be asked for. Each stands beside its code.
public struct ChokingSpec: Sendable {
  public enum Parameter: String, CaseIterable, Sendable { case slots, optimisticSlots, optimisticChoice, seedRule }

  public var name: String
  /// One sentence for a person.
  public var summary: String
  /// What of `ChokingSettings` it makes use of.
  public var parameters: Set<Parameter>
  public var make: @Sendable (ChokingSettings) -> any ChokingAlgorithm

  public init(
    _ name: String, _ summary: String, takes parameters: Set<Parameter>,
    make: @escaping @Sendable (ChokingSettings) -> any ChokingAlgorithm
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.make = make
  }
}

/// What can be set of an algorithm.
public struct ChokingSettings: Sendable {
  /// Regular slots.
  public var slots: Int
  /// Optimistic slots besides.
  public var optimisticSlots: Int
  public var optimisticChoice: OptimisticChoice
  public var seedRule: SeedRule

  public init(
    slots: Int = 4, optimisticSlots: Int = 1, optimisticChoice: OptimisticChoice = .draw,
    seedRule: SeedRule = .roundRobin
  ) {
    self.slots = slots
    self.optimisticSlots = optimisticSlots
    self.optimisticChoice = optimisticChoice
    self.seedRule = seedRule
  }
}
