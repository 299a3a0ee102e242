/// Encodings that are written out because the synthesised ones would depend on the order of a dictionary, or show
/// numbers as `1e+1`. Decoding stays synthesised but where a key may be absent.
extension Plan {
  enum CodingKeys: String, CodingKey {
    case schema, name, description, randomSeed, speed, wallBudgetSeconds, distribution, payload, tracker, peers, until
    case capture, checks, mustDecide, faults, bound
  }

  /// A plan of before there were faults, or servers, has none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(Int.self, forKey: .schema)
    self.init(
      name: try container.decode(String.self, forKey: .name),
      description: try container.decode(String.self, forKey: .description),
      randomSeed: try container.decode(UInt64.self, forKey: .randomSeed),
      speed: try container.decode(Double.self, forKey: .speed),
      wallBudgetSeconds: try container.decodeIfPresent(Double.self, forKey: .wallBudgetSeconds),
      distribution: try container.decodeIfPresent(DistributionPlan.self, forKey: .distribution) ?? .peerToPeer,
      payload: try container.decode(PayloadPlan.self, forKey: .payload),
      tracker: try container.decodeIfPresent(TrackerPlan.self, forKey: .tracker),
      peers: try container.decode([PeerPlan].self, forKey: .peers),
      until: try container.decode(UntilPlan.self, forKey: .until),
      capture: try container.decode(CapturePlan.self, forKey: .capture),
      checks: try container.decode([CheckPlan].self, forKey: .checks),
      mustDecide: try container.decode([String].self, forKey: .mustDecide),
      faults: try container.decodeIfPresent([FaultPlan].self, forKey: .faults) ?? [],
      bound: try container.decodeIfPresent(BoundPlan.self, forKey: .bound))
    self.schema = schema
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(name, forKey: .name)
    try container.encode(description, forKey: .description)
    try container.encode(randomSeed, forKey: .randomSeed)
    try container.encode(PlainNumber(speed), forKey: .speed)
    try container.encodeIfPresent(wallBudgetSeconds.map(PlainNumber.init), forKey: .wallBudgetSeconds)
    if distribution != .peerToPeer { try container.encode(distribution, forKey: .distribution) }
    try container.encode(payload, forKey: .payload)
    try container.encodeIfPresent(tracker, forKey: .tracker)
    try container.encode(peers, forKey: .peers)
    try container.encode(until, forKey: .until)
    try container.encode(capture, forKey: .capture)
    try container.encode(checks, forKey: .checks)
    try container.encode(mustDecide, forKey: .mustDecide)
    if !faults.isEmpty { try container.encode(faults, forKey: .faults) }
    try container.encodeIfPresent(bound, forKey: .bound)
  }
}

extension MisbehaviourPlan {
  enum CodingKeys: String, CodingKey { case name, dose }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(PlainNumber(dose), forKey: .dose)
  }
}

extension ClientPlan {
  enum CodingKeys: String, CodingKey {
    case kind, name, command, environment, files, manners, isBound, install, choking, offersFast, misbehaviour,
      exchangesPeers
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      kind: try container.decode(Kind.self, forKey: .kind),
      name: try container.decodeIfPresent(String.self, forKey: .name),
      command: try container.decodeIfPresent([String].self, forKey: .command) ?? [],
      environment: try container.decodeIfPresent([String: String].self, forKey: .environment) ?? [:],
      files: try container.decodeIfPresent([PlannedFile].self, forKey: .files) ?? [],
      manners: try container.decodeIfPresent(Manners.self, forKey: .manners) ?? Manners(),
      isBound: try container.decodeIfPresent(Bool.self, forKey: .isBound) ?? true,
      install: try container.decodeIfPresent(String.self, forKey: .install) ?? "",
      choking: try container.decodeIfPresent(ChokingPlan.self, forKey: .choking),
      offersFast: try container.decodeIfPresent(Bool.self, forKey: .offersFast) ?? true,
      misbehaviour: try container.decodeIfPresent(MisbehaviourPlan.self, forKey: .misbehaviour),
      exchangesPeers: try container.decodeIfPresent(Bool.self, forKey: .exchangesPeers) ?? false)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encodeIfPresent(name, forKey: .name)
    if kind == .command { try container.encode(command, forKey: .command) }
    if !environment.isEmpty { try container.encode(SortedMap(environment), forKey: .environment) }
    if !files.isEmpty { try container.encode(files, forKey: .files) }
    if manners != Manners() { try container.encode(manners, forKey: .manners) }
    if !isBound { try container.encode(isBound, forKey: .isBound) }
    if !install.isEmpty { try container.encode(install, forKey: .install) }
    try container.encodeIfPresent(choking, forKey: .choking)
    if !offersFast { try container.encode(offersFast, forKey: .offersFast) }
    try container.encodeIfPresent(misbehaviour, forKey: .misbehaviour)
    if exchangesPeers { try container.encode(true, forKey: .exchangesPeers) }
  }
}

extension Manners {
  enum CodingKeys: String, CodingKey { case readyOutput, readyWithinSeconds, stopSignal, stopWithinSeconds }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(readyOutput, forKey: .readyOutput)
    try container.encode(PlainNumber(readyWithinSeconds), forKey: .readyWithinSeconds)
    try container.encode(stopSignal, forKey: .stopSignal)
    try container.encode(PlainNumber(stopWithinSeconds), forKey: .stopWithinSeconds)
  }
}

extension ChokingPlan {
  enum CodingKeys: String, CodingKey { case algorithm, slots, optimisticSlots, optimisticChoice, seedRule }

  /// A plan of before there was a choice has none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      algorithm: try container.decode(String.self, forKey: .algorithm),
      slots: try container.decode(Int.self, forKey: .slots),
      optimisticSlots: try container.decode(Int.self, forKey: .optimisticSlots),
      optimisticChoice: try container.decodeIfPresent(Profile.OptimisticChoice.self, forKey: .optimisticChoice)
        ?? .draw, seedRule: try container.decodeIfPresent(Profile.SeedRule.self, forKey: .seedRule))
  }
}

extension CheckPlan {
  enum CodingKeys: String, CodingKey { case name, parameters }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(SortedMap(parameters), forKey: .parameters)
  }
}

/// A dictionary encoded with its keys in order.
private struct SortedMap<Value: Encodable>: Encodable {
  var values: [String: Value]

  init(_ values: [String: Value]) { self.values = values }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      try container.encode(value, forKey: Key(stringValue: name))
    }
  }
}
