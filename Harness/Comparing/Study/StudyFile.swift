public import TopologyFile

/// The format of `NAME.study.yaml`, and its reader: all that is wrong is found at once, each with its place.
public enum StudyFile {
  public static let schema = SchemaTable(
    "study", "A comparison whose conclusions are written down before anything runs.",
    keys: [
      SchemaKey("name", .name, required: true, "Name of the study, and of its folder."),
      SchemaKey("question", .value(.text), required: true, "What is asked."),
      SchemaKey("sources", .texts, required: true, "Where the claims come from."),
      SchemaKey("topology", .value(.text), required: true, "The swarm: a topology file, from this file's folder."),
      SchemaKey(
        "vary", .textByName,
        "Keys of the topology by path, each with its values, parted by commas, as `--vary` has them."
      ),
      SchemaKey(
        "repeat", .value(.integer(Int64(PairedDifference.fewest)...1000)), default: "\(PairedDifference.fewest)",
        "Runs of each setting, with random seeds that follow each other."),
      SchemaKey("claims", .list(claim), required: true, "What is expected to be seen."),
    ])

  static let claim = SchemaTable(
    "claim", "One sentence about a metric that runs can show to be right or wrong.",
    keys: [
      SchemaKey("says", .value(.text), required: true, "The claim in words."),
      SchemaKey(
        "metric", .value(.text), required: true, "A metric of `compare`: `fairness`, `completion-median:slow`."),
      SchemaKey("setting", .value(.text), "Of which setting, as `compare` labels it: `upload=64 KiB/s`."),
      SchemaKey(
        "is", .value(.choice(Claim.Relation.allCases.map(\.rawValue))), required: true,
        "How it stands to what it is held against; `same` is within 5 %."),
      SchemaKey(
        "value", .value(.number(-1e12...1e12)), "Held against this number, in the metric's unit; shares are of 1."),
      SchemaKey("otherMetric", .value(.text), "Held against this metric of the same run."),
      SchemaKey("otherSetting", .value(.text), "Held against the run of this setting with the same random seed."),
      SchemaKey("failsSince", .value(.text), "Why it was found not to hold here; left out where it is expected to."),
    ])

  /// For editors.
  public static var json: String { schema.jsonSchema(of: "study", id: "study.schema.json", files: "*.study.yaml") }

  public struct ReadResult: Sendable {
    /// Nil where there is an error.
    public var study: Study?
    /// In the order of the file.
    public var diagnostics: [Diagnostic]
  }

  public static func read(_ bytes: [UInt8], file: String) -> ReadResult {
    let (decoded, sink) = SchemaReading.read(bytes, file: file, table: schema, noun: "a study")
    let study = decoded.flatMap { StudyBuilder(table: $0, sink: sink).build() }
    return ReadResult(study: sink.hasErrors ? nil : study, diagnostics: sink.sorted)
  }
}

/// What was decoded, to a study: what rows of a schema cannot say is looked at here.
private struct StudyBuilder {
  let table: DecodedTable
  let sink: DiagnosticSink

  func build() -> Study? {
    let variations = variations()
    let settings = Setting.all(of: variations)
    let labels = variations.isEmpty ? [] : Setting.labels(of: settings)
    let claims = tables("claims").compactMap { claim($0, labels) }
    guard let name = table.text("name"), let question = table.text("question"), let topology = table.text("topology")
    else { return nil }
    return Study(
      name: name, question: question, sources: (table.texts("sources") ?? []).map(\.value), topology: topology,
      topologyPlace: table.place("topology"), variations: variations,
      repeats: table.integer("repeat").map { Int($0) } ?? PairedDifference.fewest,
      claims: claims)
  }

  private func tables(_ key: String) -> [DecodedTable] {
    if case .tables(let tables) = table.entries[key]?.value { return tables }
    return []
  }

  private func variations() -> [Variation] {
    table.textByName("vary").compactMap { text in
      do throws(Variation.Fault) {
        return try Variation("\(text.key)=\(text.value)")
      } catch {
        sink.error(text.place, "vary.\(text.key): \(error.description)")
        return nil
      }
    }
  }

  private func claim(_ claim: DecodedTable, _ labels: [String]) -> Claim? {
    let metric = metric("metric", of: claim)
    let setting = place(of: "setting", of: claim, labels)
    if setting == nil, !labels.isEmpty, !claim.has("setting") {
      sink.error(claim.place, "\(claim.path("setting")) is missing", expected: Self.oneOf(labels))
    }
    let comparand = comparand(of: claim, labels, metric: metric, setting: setting ?? 0)
    guard let says = claim.text("says"), let relation = claim.text("is").flatMap(Claim.Relation.init), let metric,
      let comparand, labels.isEmpty || setting != nil
    else { return nil }
    return Claim(
      says: says, metric: metric, mention: mention("metric", of: claim), setting: setting ?? 0, relation: relation,
      comparand: comparand, otherMention: mention(claim.has("otherMetric") ? "otherMetric" : "metric", of: claim),
      failsSince: claim.text("failsSince"))
  }

  private func mention(_ key: String, of claim: DecodedTable) -> Claim.Mention {
    Claim.Mention(path: claim.path(key), place: claim.place(key))
  }

  private func comparand(
    of claim: DecodedTable, _ labels: [String], metric: MetricKey?, setting: Int
  ) -> Claim.Comparand? {
    let others = ["otherMetric", "otherSetting"].filter(claim.has)
    guard claim.has("value") != !others.isEmpty else {
      sink.error(
        claim.place, "a claim is held against \(others.isEmpty ? "nothing" : "a value and something else")",
        expected: "value, or otherMetric and otherSetting or one of them")
      return nil
    }
    if claim.has("value") { return claim.number("value").flatMap { value($0, of: claim, metric: metric?.metric) } }
    let other = claim.has("otherMetric") ? self.metric("otherMetric", of: claim) : metric
    let place = claim.has("otherSetting") ? place(of: "otherSetting", of: claim, labels) : setting
    guard let other, let place else { return nil }
    if other == metric, place == setting {
      let key = claim.has("otherSetting") ? "otherSetting" : "otherMetric"
      sink.error(
        claim.place(key), "\(claim.path(key)): the claim is held against itself",
        expected: "another metric, or another setting")
      return nil
    }
    if let metric, other.metric.unit != metric.metric.unit {
      sink.error(
        claim.place("otherMetric"),
        "\(claim.path("otherMetric")): \(other.metric.name) is in \(other.metric.unit.words), and "
          + "\(metric.metric.name) in \(metric.metric.unit.words): neither is more than the other",
        expected: Self.oneOf(Metric.all.filter { $0.unit == metric.metric.unit }.map(\.name)))
      return nil
    }
    return .metric(other, setting: place)
  }

  private func value(_ value: Double, of claim: DecodedTable, metric: Metric?) -> Claim.Comparand? {
    if let metric, metric.unit == .share, value > metric.largestShare {
      let hundredth = Decimal.text(value / 100, places: 3)
      sink.error(
        claim.place("value"), "\(claim.path("value")): \(metric.name) is in shares of 1",
        expected: "at most \(Int(metric.largestShare)); \(hundredth), where percent were meant")
      return nil
    }
    guard value == 0, claim.text("is") == Claim.Relation.same.rawValue else { return .value(value) }
    sink.error(
      claim.place("value"), "\(claim.path("value")): the same is within 5 %, and 5 % of 0 is nothing",
      expected: "another value, or `is: above` or `is: below`")
    return nil
  }

  private func metric(_ key: String, of claim: DecodedTable) -> MetricKey? {
    guard let name = claim.text(key) else { return nil }
    if let found = MetricKey(name: name) { return found }
    sink.error(
      claim.place(key), "\(claim.path(key)): there is no metric \"\(name)\"",
      expected: Self.oneOf(Metric.all.map(\.name)) + ", with `:GROUP` for one group")
    return nil
  }

  private func place(of key: String, of claim: DecodedTable, _ labels: [String]) -> Int? {
    guard let label = claim.text(key) else { return nil }
    if let place = labels.firstIndex(of: label) { return place }
    sink.error(
      claim.place(key), "\(claim.path(key)): there is no setting \"\(label)\"",
      expected: labels.isEmpty ? "none, since nothing is varied" : Self.oneOf(labels))
    return nil
  }

  private static func oneOf(_ words: [String]) -> String { "one of " + words.joined(separator: "; ") }
}

extension Metric {
  /// What a share is held against at most: who writes 90 means percent. Those that are no part of a whole, such as the free
  /// riders' of their bound, may be some times 1.
  fileprivate var largestShare: Double { isPart ? 1 : 10 }
}
