/// By what the packets of one uTP connection are known: the connection id that each end writes into its own.
///
/// The end that opened writes one more than the other.
struct UTPIdentity {
  /// By end of the flow (0: the lower); nil where that end was not heard yet.
  private var ids: [UInt16?]

  /// - Parameter ids: from the lower end and the upper end.
  init(_ ids: [UInt16?]) { self.ids = ids }

  /// The end that opened; nil while only one was heard.
  var opener: Int? {
    guard let lower = ids[0], let upper = ids[1] else { return nil }
    return lower == upper &+ 1 ? 0 : 1
  }

  /// Whether a packet from this end is one of the connection's; its id is remembered where it had to be.
  mutating func claims(_ packet: UTPPacket, from end: Int) -> Bool {
    let id = packet.connectionID
    switch packet.kind {
    case .syn: return ids[1 - end] == id || (ids[1 - end] == nil && ids[end] == id &+ 1)
    case .reset: return ids[0] == id || ids[1] == id
    case .data, .fin, .state:
      if let own = ids[end] { return own == id }
      guard let other = ids[1 - end], id == other &+ 1 || other == id &+ 1 else { return false }
      ids[end] = id
      return true
    }
  }

  /// What the connection of two packets is known by, or nil where nothing shows that they are of one.
  ///
  /// Of a SYN and an answer to it: their ids and numbers. Of two packets that crossed: ids that differ by one, and numbers
  /// near those that the other acknowledges.
  static func of(_ earlier: UTPPacket, from earlierEnd: Int, _ later: UTPPacket, from laterEnd: Int) -> UTPIdentity? {
    guard later.kind != .syn else { return nil }
    var ids: [UInt16?] = [nil, nil]
    if earlier.kind == .syn {
      ids[earlierEnd] = earlier.connectionID &+ 1
      ids[1 - earlierEnd] = earlier.connectionID
      let answers = laterEnd != earlierEnd && later.acknowledgement &- earlier.sequence < nearby
      let goesOn = laterEnd == earlierEnd && later.sequence == earlier.sequence &+ 1
      var identity = UTPIdentity(ids)
      return (answers || goesOn) && identity.claims(later, from: laterEnd) ? identity : nil
    }
    guard laterEnd != earlierEnd, earlier.kind != .reset, later.kind != .reset,
      later.connectionID == earlier.connectionID &+ 1 || earlier.connectionID == later.connectionID &+ 1,
      isNear(later.acknowledgement, earlier.sequence), isNear(earlier.acknowledgement, later.sequence)
    else { return nil }
    ids[earlierEnd] = earlier.connectionID
    ids[laterEnd] = later.connectionID
    return UTPIdentity(ids)
  }

  /// What a connection is known by of which only one end is in the capture: three packets that have one id, numbers that go
  /// on, and a clock that runs like the capture's.
  static func of(_ packets: [(packet: UTPPacket, time: Int64)], from end: Int) -> UTPIdentity? {
    guard packets.count >= 3, let first = packets.first, let last = packets.last else { return nil }
    let time = last.time - first.time
    let clock = Int64(Int32(bitPattern: last.packet.microseconds &- first.packet.microseconds)) * 1000
    // What is no clock stands still, or jumps.
    guard time >= shortestRun, abs(clock - time) <= time / 2 else { return nil }
    for (earlier, later) in zip(packets, packets.dropFirst()) {
      guard later.packet.sequence &- earlier.packet.sequence < nearby,
        later.packet.acknowledgement &- earlier.packet.acknowledgement < nearby
      else { return nil }
    }
    var ids: [UInt16?] = [nil, nil]
    ids[end] = first.packet.connectionID
    return UTPIdentity(ids)
  }

  /// Packets that may be under way.
  private static let nearby: UInt16 = 2048
  /// Nanoseconds over which a clock can be told.
  private static let shortestRun: Int64 = 2_000_000

  private static func isNear(_ a: UInt16, _ b: UInt16) -> Bool { a &- b < nearby || b &- a < nearby }
}
