public import SwarmTime

/// The tracker: which program, where, and how peers speak to it.
public struct TrackerPlan: Codable, Hashable, Sendable {
  public enum Transport: String, Codable, Hashable, Sendable {
    case http
    /// BEP 15.
    case udp
    /// Both on the same port number.
    case both
  }

  public enum Program: String, Codable, Hashable, Sendable {
    case native
    /// Debian's, which serves the hashes of a list only.
    case opentracker
  }

  public var address: String
  public var port: Int
  /// What peers are told, in swarm time; nil where the program decides it itself.
  public var announceInterval: SwarmDuration?
  public var transport: Transport
  public var program: Program

  public init(
    address: String, port: Int, announceInterval: SwarmDuration?, transport: Transport = .http,
    program: Program = .native
  ) {
    self.address = address
    self.port = port
    self.announceInterval = announceInterval
    self.transport = transport
    self.program = program
  }

  /// Announce addresses in tiers of one (BEP 12): UDP before HTTP, which is for those that know no UDP.
  public var announceURLs: [String] {
    let http = "http://\(address):\(port)/announce"
    let udp = "udp://\(address):\(port)/announce"
    return switch transport {
    case .http: [http]
    case .udp: [udp]
    case .both: [udp, http]
    }
  }

  /// The one for a client that takes one only.
  public var announce: String { announceURLs.last ?? "" }

  private enum CodingKeys: String, CodingKey {
    case address, port, announceInterval, program
    case transport = "protocol"
  }

  /// A plan of before there was a choice names neither protocol nor program.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      address: try container.decode(String.self, forKey: .address), port: try container.decode(Int.self, forKey: .port),
      announceInterval: try container.decodeIfPresent(SwarmDuration.self, forKey: .announceInterval),
      transport: try container.decodeIfPresent(Transport.self, forKey: .transport) ?? .http,
      program: try container.decodeIfPresent(Program.self, forKey: .program) ?? .native)
  }
}
