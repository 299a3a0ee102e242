/// A length of swarm time, in whole nanoseconds; may be negative.
///
/// Protocol periods, rates and time stamps are all in swarm time. At speed 10 one real second holds ten swarm seconds.
public struct SwarmDuration: Hashable, Comparable, Sendable, Codable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }

  public static let zero = SwarmDuration(nanoseconds: 0)

  @inlinable public static func seconds(_ value: Int) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64(value) * 1_000_000_000)
  }

  @inlinable public static func seconds(_ value: Double) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64((value * 1e9).rounded()))
  }

  @inlinable public static func milliseconds(_ value: Int) -> SwarmDuration {
    SwarmDuration(nanoseconds: Int64(value) * 1_000_000)
  }

  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

  @inlinable public static func < (a: SwarmDuration, b: SwarmDuration) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable public static func + (a: SwarmDuration, b: SwarmDuration) -> SwarmDuration {
    SwarmDuration(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  @inlinable public static func - (a: SwarmDuration, b: SwarmDuration) -> SwarmDuration {
    SwarmDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
  @inlinable public static func * (a: SwarmDuration, factor: Int) -> SwarmDuration {
    SwarmDuration(nanoseconds: a.nanoseconds * Int64(factor))
  }
}

/// An instant of the swarm: nanoseconds of swarm time since zero.
///
/// Zero is when all processes are ready and the first `join` is sent. Negative instants are before that.
public struct SwarmInstant: Hashable, Comparable, Sendable, Codable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }

  public static let zero = SwarmInstant(nanoseconds: 0)
  public static let distantPast = SwarmInstant(nanoseconds: .min / 4)
  public static let distantFuture = SwarmInstant(nanoseconds: .max / 4)

  @inlinable public static func seconds(_ value: Double) -> SwarmInstant {
    SwarmInstant(nanoseconds: SwarmDuration.seconds(value).nanoseconds)
  }

  @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

  @inlinable public static func < (a: SwarmInstant, b: SwarmInstant) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable public static func + (a: SwarmInstant, d: SwarmDuration) -> SwarmInstant {
    SwarmInstant(nanoseconds: a.nanoseconds + d.nanoseconds)
  }
  @inlinable public static func - (a: SwarmInstant, d: SwarmDuration) -> SwarmInstant {
    SwarmInstant(nanoseconds: a.nanoseconds - d.nanoseconds)
  }
  @inlinable public static func - (a: SwarmInstant, b: SwarmInstant) -> SwarmDuration {
    SwarmDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
}
