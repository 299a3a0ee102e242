/// Values of one key played against each other within swarms: the members of a group are parted between two of them.
///
/// Every value is tried as the challenger of every other: one member among the rest, a tenth of them (an invasion), and
/// half; and for comparison swarms whose members all have one value.
public struct Tournament: Hashable, Sendable {
  /// Of the topology, whose members are parted.
  public let group: String
  /// Under the group: `choking.slots`.
  public let key: String
  public let values: [String]
  /// Members of the group.
  public let count: Int

  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// The group of the challengers, a copy of the other.
  public var rivals: String { group + Self.rivalry }
  private static let rivalry = "-rival"

  /// Swarms of two values: so many members are challengers.
  public struct Match: Hashable, Sendable {
    /// Places in the values.
    public let resident: Int
    public let challenger: Int
    public let challengers: Int
    /// Place in the settings.
    public let setting: Int
  }

  /// The group that a variation is of.
  ///
  /// - Throws: for a key that is none of a group's.
  public static func group(of variations: [Variation]) throws(Fault) -> String {
    let expected = "expected one --vary of a key of a group, such as peers.leecher.choking.slots=1,4"
    guard variations.count == 1, let variation = variations.first else {
      throw Fault(description: "--tournament plays the values of one key: \(variations.count) are varied; \(expected)")
    }
    let steps = variation.path.split(separator: ".")
    // Of the count a tournament makes its own; of two roles one has no completion times to win by.
    guard steps.count > 2, steps[0] == "peers", steps[2] != "count", steps[2] != "role" else {
      throw Fault(description: "--tournament cannot part a group by \(variation.path); \(expected)")
    }
    return String(steps[1])
  }

  /// - Parameters:
  ///   - count: members of the group, at least 2.
  ///   - onlySeeds: the members have all of the payload from the start.
  ///   - groups: names of all groups of the topology.
  public init(
    _ variation: Variation, group: String, count: Int, onlySeeds: Bool = false, groups: [String] = []
  ) throws(Fault) {
    guard !onlySeeds else {
      throw Fault(
        description: "--tournament goes by completion times, and the group \(group) only seeds; "
          + "expected a group of leechers")
    }
    guard count >= 2 else {
      throw Fault(description: "--tournament parts the group \(group), which has \(count) member; expected at least 2")
    }
    // The copy would take the place of that group, and swarms would differ in more than the value.
    guard !groups.contains(group + Self.rivalry) else {
      throw Fault(
        description: "--tournament makes a group \(group)\(Self.rivalry) of challengers, and the topology has one of "
          + "that name; expected another name for it")
    }
    self.group = group
    key = variation.path.split(separator: ".").dropFirst(2).joined(separator: ".")
    values = variation.values
    self.count = count
  }

  /// How many challengers there are in turn: one, a tenth and half, as far as these are different.
  public var mixes: [Int] { [1, count / 10, count / 2].reduce(into: []) { if $1 > ($0.last ?? 0) { $0.append($1) } } }

  public var matches: [Match] {
    var matches: [Match] = []
    for challengers in mixes {
      for resident in values.indices {
        for challenger in values.indices where challenger != resident {
          matches.append(
            Match(
              resident: resident, challenger: challenger, challengers: challengers,
              setting: values.count + matches.count))
        }
      }
    }
    return matches
  }

  /// First those in which all have one value, in the order of the values; then those of the matches.
  public var settings: [Setting] {
    let path = "peers.\(group).\(key)"
    let uniform = values.map { Setting([.init(path: path, value: $0)]) }
    return uniform
      + matches.map { match in
        Setting([
          .init(path: path, value: values[match.resident]),
          .init(path: "peers.\(group).count", value: "\(count - match.challengers)"),
          .init(path: "peers.\(rivals).\(key)", value: values[match.challenger]),
          .init(path: "peers.\(rivals).count", value: "\(match.challengers)"),
        ])
      }
  }

  /// Whether a setting has challengers, whose group must be made.
  public func hasRivals(_ setting: Setting) -> Bool {
    setting.values.contains { $0.path.hasPrefix("peers.\(rivals).") }
  }

  /// `choking.slots=1`; `6 of 1, 2 of 4`.
  public func label(of place: Int) -> String {
    guard place >= values.count else { return "all \(values[place])" }
    let match = matches[place - values.count]
    let residents = "\(count - match.challengers) of \(values[match.resident])"
    return "\(residents), \(match.challengers) of \(values[match.challenger])"
  }
}
