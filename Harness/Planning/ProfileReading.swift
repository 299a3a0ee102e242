import SwarmTime
import TopologyFile

/// A profile with its name, as a `NAME.profile.yaml` tells it.
public struct NamedProfile: Hashable, Sendable {
  public var name: String
  public var summary: String
  public var profile: Profile

  public init(name: String, summary: String = "", profile: Profile) {
    self.name = name
    self.summary = summary
    self.profile = profile
  }

  /// - Throws: `PlanningError` with all that is wrong with the file, each with its place.
  public init(bytes: [UInt8], file: String) throws(PlanningError) {
    let read = ProfileFile.read(bytes: bytes, file: file)
    guard let values = read.values else { throw PlanningError(read.diagnostics) }
    self.init(values: values)
  }

  /// - Parameter values: by key of `ProfileFile.schema`, defaults filled in.
  init(values: [String: ParameterValue]) {
    let of = Values(values)
    let period = of.duration("period") ?? .zero
    let slots = of.slots
    self.init(
      name: of.text("name") ?? "", summary: of.text("summary") ?? "",
      profile: Profile(
        period: period, gridTolerance: of.duration("gridTolerance") ?? .zero, slots: slots.regular,
        optimisticSlots: slots.optimistic, tenure: of.duration("tenure") ?? period,
        seedSlots: of.integer("seedSlots"), rateWindow: of.duration("rateWindow") ?? period,
        snubbedAfter: of.duration("snubbedAfter") ?? SwarmDuration(nanoseconds: ProfileFile.never),
        optimisticChoice: of.text("optimisticChoice").flatMap(Profile.OptimisticChoice.init(rawValue:)) ?? .draw,
        newcomerWeight: of.integer("newcomerWeight") ?? 1,
        seedRule: of.text("seedRule").flatMap(Profile.SeedRule.init(rawValue:)) ?? .draw,
        immediateUnchoke: of.flag("immediateUnchoke"), optimisticPeriod: of.duration("optimisticPeriod"),
        answersWithin: of.duration("answersWithin"), restartsOnVacancy: of.flag("restartsOnVacancy"),
        chokesUninterested: of.flag("chokesUninterested"), startsAt: of.duration("startsAt") ?? .zero,
        rateEstimator: of.text("rateEstimator").flatMap(Profile.RateEstimator.init(rawValue:)) ?? .window,
        outputBuffer: of.duration("outputBuffer") ?? .zero, unchokesUninterested: of.flag("unchokesUninterested")))
  }

  private struct Values {
    let values: [String: ParameterValue]
    init(_ values: [String: ParameterValue]) { self.values = values }

    /// Regular slots, nil where the client sets them itself, and optimistic ones.
    ///
    /// A client that counts all its slots takes the optimistic ones from them. One that counts the slots of a torrent, too,
    /// gives an optimistic slot only in a torrent with one to spare (libtorrent, `torrent::free_upload_slots`).
    var slots: (regular: Int?, optimistic: Int) {
      let optimistic = integer("optimisticSlots") ?? 0
      guard let all = integer("allSlots") else { return (integer("slots"), optimistic) }
      let apart = min(all, integer("optimisticShare").map { max(1, all / $0) } ?? optimistic)
      let most = integer("torrentSlots") ?? all
      let regular = min(all - apart, most)
      return (regular, min(apart, most - regular))
    }

    func text(_ key: String) -> String? { if case .text(let text) = values[key] { text } else { nil } }
    func flag(_ key: String) -> Bool { values[key] == .flag(true) }
    func integer(_ key: String) -> Int? { if case .integer(let value) = values[key] { Int(value) } else { nil } }
    func duration(_ key: String) -> SwarmDuration? {
      if case .integer(let value) = values[key] { SwarmDuration(nanoseconds: value) } else { nil }
    }
  }
}
