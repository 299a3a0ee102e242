import ArgumentParser
import Choking

/// The choking algorithm, and what can be set of it.
struct ChokerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Choking algorithm: \(Self.names).", valueName: "name"))
  var choking = "tit-for-tat"
  @Option(help: ArgumentHelp("Regular unchoke slots; 4 if left out.", valueName: "n"))
  var slots: Int?
  @Option(help: ArgumentHelp("Optimistic unchoke slots, besides; 1 if left out.", valueName: "n"))
  var optimisticSlots: Int?
  @Option(help: ArgumentHelp("Who is unchoked optimistically: \(Self.choices).", valueName: "how"))
  var optimisticChoice: String?
  @Option(help: ArgumentHelp("Whom a seed serves, by libtorrent's algorithms: \(Self.rules).", valueName: "rule"))
  var seedRule: String?

  private static let names = ChokingCatalogue.names.joined(separator: ", ")
  private static let choices = OptimisticChoice.allCases.map(\.rawValue).joined(separator: ", ")
  private static let rules = SeedRule.allCases.map(\.rawValue).joined(separator: ", ")

  /// - Throws: `ValidationError` saying what was expected.
  func algorithm() throws -> any ChokingAlgorithm {
    guard let spec = ChokingCatalogue.spec(named: choking) else {
      throw ValidationError("--choking: no algorithm is called “\(choking)”; there are \(Self.names)")
    }
    try refuse(slots, "--slots", .slots, spec)
    try refuse(optimisticSlots, "--optimistic-slots", .optimisticSlots, spec)
    try refuse(optimisticChoice, "--optimistic-choice", .optimisticChoice, spec)
    try refuse(seedRule, "--seed-rule", .seedRule, spec)
    var settings = ChokingSettings()
    settings.slots = slots ?? settings.slots
    settings.optimisticSlots = optimisticSlots ?? settings.optimisticSlots
    let others = spec.parameters.contains(.optimisticSlots) ? settings.optimisticSlots : 0
    guard settings.slots >= 0, settings.optimisticSlots >= 0, settings.slots + others > 0 else {
      throw ValidationError("--slots, --optimistic-slots: expected at least 0 each, and one in all")
    }
    if let name = optimisticChoice {
      guard let choice = OptimisticChoice(rawValue: name) else {
        throw ValidationError("--optimistic-choice: expected one of \(Self.choices), found “\(name)”")
      }
      settings.optimisticChoice = choice
    }
    if let name = seedRule {
      guard let rule = SeedRule(rawValue: name) else {
        throw ValidationError("--seed-rule: expected one of \(Self.rules), found “\(name)”")
      }
      settings.seedRule = rule
    }
    return spec.make(settings)
  }

  private func refuse(
    _ value: (some Any)?, _ option: String, _ parameter: ChokingSpec.Parameter, _ spec: ChokingSpec
  ) throws(ValidationError) {
    guard value != nil, !spec.parameters.contains(parameter) else { return }
    throw ValidationError("\(option): \(spec.name) has no such setting; leave it out")
  }
}
