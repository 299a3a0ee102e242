public import Planning
public import SwarmTime
public import TopologyFile

/// The parameters of a check, defaults filled in; durations in nanoseconds, sizes in bytes, rates in bytes per second.
public struct Parameters: Hashable, Sendable {
  public let values: [String: PlannedValue]

  /// Completes `given` with the defaults that `specs` name; keys that no spec knows are kept.
  public init(_ given: [String: PlannedValue] = [:], specs: [ParameterSpec]) {
    var values = given
    for spec in specs where values[spec.key] == nil {
      if let text = spec.defaultText, let value = Self.read(text, as: spec.kind) { values[spec.key] = value }
    }
    // A plan's file writes 3.0 as 3: read again it must be the same, or a replay would not say the same as the run.
    for spec in specs {
      guard case .number = spec.kind, case .integer(let whole) = values[spec.key] else { continue }
      values[spec.key] = .number(Double(whole))
    }
    self.values = values
  }

  /// Nil where it is neither given nor has a default.
  public func duration(_ key: String) -> SwarmDuration? { integer(key).map { SwarmDuration(nanoseconds: $0) } }

  public func integer(_ key: String) -> Int64? {
    switch values[key] {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value.rounded())
    default: nil
    }
  }

  public func number(_ key: String) -> Double? {
    switch values[key] {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// Reads a default as the specs of checks write them; a test holds that every default can be read.
  static func read(_ text: String, as kind: ValueKind) -> PlannedValue? {
    switch kind {
    case .text, .choice: .text(text)
    case .flag: text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
    case .integer: Int64(text).map { .integer($0) }
    case .number: Double(text).map { .number($0) }
    case .duration, .seconds: scaled(text, by: ["ms": 1e6, "s": 1e9, "min": 6e10, "h": 3.6e12])
    case .size: scaled(text, by: ["B": 1, "KiB": 1024, "MiB": 1_048_576])
    case .rate: scaled(text, by: ["B/s": 1, "KiB/s": 1024, "MiB/s": 1_048_576])
    @unknown default: nil
    }
  }

  private static func scaled(_ text: String, by units: [String: Double]) -> PlannedValue? {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let amount = Double(parts[0]), let unit = units[String(parts[1])] else { return nil }
    return Int64(exactly: (amount * unit).rounded()).map { .integer($0) }
  }
}
