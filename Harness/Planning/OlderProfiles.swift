import Yams

/// Profiles in the plans of older runs, which lack keys that came later: each such key has what the native profile has.
struct OlderProfiles {
  private var text: Node
  private var supposed: [String] = []
  private let native: Node

  /// - Returns: the plan, and each key that was supposed, with its value.
  /// - Throws: what decoding throws where anything else is wrong.
  static func decode(_ yaml: String) throws -> (Plan, supposed: [String]) {
    do {
      return (try YAMLDecoder().decode(Plan.self, from: yaml), [])
    } catch var error as DecodingError {
      guard var older = try Self(yaml) else { throw error }
      while older.suppose(error) {
        do {
          return (try YAMLDecoder().decode(Plan.self, from: older.text), older.supposed)
        } catch let next as DecodingError {
          error = next
        }
      }
      throw error
    }
  }

  private init?(_ yaml: String) throws {
    guard let text = try compose(yaml: yaml), let native = try compose(yaml: YAMLEncoder().encode(Profile.titForTat()))
    else { return nil }
    self.text = text
    self.native = native
  }

  /// Adds a key that is missing to every profile without it; false where that is not what is wrong. A key that may be
  /// absent is none that decoding misses, so it stays absent.
  private mutating func suppose(_ error: DecodingError) -> Bool {
    guard case .keyNotFound(let key, let context) = error, context.codingPath.first?.stringValue == Self.peers,
      context.codingPath.last?.stringValue == Self.profile, let value = native[key.stringValue],
      var peers = text[Self.peers]?.array()
    else { return false }
    for place in peers.indices {
      guard peers[place][Self.profile] != nil, peers[place][Self.profile]?[key.stringValue] == nil else { continue }
      peers[place][Self.profile]?[key.stringValue] = value
    }
    text[Self.peers] = Node(peers)
    supposed.append("\(key.stringValue): \(value.string ?? "")")
    return true
  }

  private static let peers = "peers"
  private static let profile = "profile"
}
