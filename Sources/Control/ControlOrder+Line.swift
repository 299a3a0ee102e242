import SwarmTime

extension ControlOrder {
  /// The order as one line of JSON, without the line feed: `{"join":{}}`.
  public var line: String {
    switch self {
    case .start(let clock):
      ControlLine.make(
        "start",
        ["zeroMonotonicNanoseconds": .integer(clock.zeroMonotonicNanoseconds), "speed": .decimal(clock.speed)])
    case .join: ControlLine.make("join")
    case .leave: ControlLine.make("leave")
    case .setRate(let upload, let download):
      ControlLine.make(
        "setRate",
        [
          "upload": Self.value(upload?.bytesPerSecond), "uploadBurst": Self.value(upload?.burstBytes),
          "download": Self.value(download?.bytesPerSecond), "downloadBurst": Self.value(download?.burstBytes),
        ])
    case .fail(let trouble):
      switch trouble {
      case nil: ControlLine.make("fail", ["with": .null])
      case .serverError: ControlLine.make("fail", ["with": .string("server-error")])
      case .garbage: ControlLine.make("fail", ["with": .string("garbage")])
      case .slow(let delay):
        ControlLine.make("fail", ["with": .string("delay"), "nanoseconds": .integer(delay.nanoseconds)])
      }
    case .rebind(let address, let mode, let peerID):
      ControlLine.make(
        "rebind",
        [
          "address": .string(address), "mode": .string(mode), "peerID": peerID.map(JSONValue.string) ?? .null,
        ])
    case .stop: ControlLine.make("stop")
    }
  }

  private static func value(_ number: Int64?) -> JSONValue { number.map(JSONValue.integer) ?? .null }

  /// Reads a line; fields that are not known are ignored, a rate that is absent is unlimited as null is, a burst that is
  /// absent is the usual one.
  ///
  /// - Throws: `ControlError`, also for a speed outside 0 to a million, a negative rate, burst or delay, a burst without
  ///   a rate, an unknown mode or way to fail.
  public init(line: some StringProtocol) throws(ControlError) {
    let parsed = try ControlLine(line)
    switch parsed.kind {
    case "start":
      let speed = try parsed.number("speed")
      guard speed > 0, speed <= 1e6 else { throw parsed.error("a number above 0, at most a million, in start.speed") }
      self = .start(
        SwarmClock(zeroMonotonicNanoseconds: try parsed.integer("zeroMonotonicNanoseconds"), speed: speed))
    case "join": self = .join
    case "leave": self = .leave
    case "setRate":
      self = .setRate(upload: try Self.limit(parsed, "upload"), download: try Self.limit(parsed, "download"))
    case "fail": self = .fail(try Self.trouble(parsed))
    case "rebind":
      let mode = try parsed.text("mode")
      guard mode == "abrupt" || mode == "polite" else { throw parsed.error("abrupt or polite in rebind.mode") }
      self = .rebind(
        address: try parsed.text("address"), mode: mode, peerID: try parsed.optional("peerID", parsed.text))
    case "stop": self = .stop
    default: throw parsed.error("start, join, leave, setRate, fail, rebind or stop")
    }
  }

  private static func limit(_ parsed: ControlLine, _ name: String) throws(ControlError) -> Limit? {
    let rate: Int64? = try parsed.optional(name, parsed.integer)
    let burst: Int64? = try parsed.optional(name + "Burst", parsed.integer)
    guard rate ?? 0 >= 0, burst ?? 0 >= 0 else { throw parsed.error("rates and bursts of at least 0 in setRate") }
    guard let rate else {
      if burst != nil { throw parsed.error("setRate.\(name) beside setRate.\(name)Burst") }
      return nil
    }
    return Limit(bytesPerSecond: rate, burstBytes: burst)
  }

  private static func trouble(_ parsed: ControlLine) throws(ControlError) -> TrackerTrouble? {
    switch try parsed.optional("with", parsed.text) {
    case nil: return nil
    case "server-error": return .serverError
    case "garbage": return .garbage
    case "delay":
      let delay: Int64 = try parsed.integer("nanoseconds")
      guard delay >= 0 else { throw parsed.error("a length of time of at least 0 in fail.nanoseconds") }
      return .slow(SwarmDuration(nanoseconds: delay))
    default: throw parsed.error("null, server-error, garbage or delay in fail.with")
    }
  }
}
