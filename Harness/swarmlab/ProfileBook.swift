import Judging
import Planning
import Reporting
import SwarmTime
import TopologyFile

/// What the judge may know of the clients on a capture: `--profile` as it was given, else the client file whose peer id
/// prefix a peer's own begins with (BEP 20).
///
/// `NAME` is a shipped profile, `FILE` one of one's own; `,KEY=VALUE` changes an integer, a word or a duration of it, since
/// a capture does not say how its clients were set; `ADDRESS=NAME` is for that peer alone.
struct ProfileBook {
  private var forAll: Strangers.Known?
  private var byAddress: [String: Strangers.Known] = [:]
  private let clients: [ForeignClient]
  /// Where the shipped profiles lie; nil where they were left behind.
  private let folder: String?

  /// - Throws: `Failure` for what names no profile, or says no such thing.
  init(_ options: [String]) throws {
    folder = try ClientFolder.path()
    clients = KnownClient.all(of: try ClientFolder.shelf()).compactMap(\.client)
    for option in options {
      var words = option.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let first = words.removeFirst()
      // An address before the first "=", where a path has none.
      let parts = first.split(separator: "=", maxSplits: 1).map(String.init)
      let name = parts.count == 2 ? parts[1] : first
      let client = clients.first { $0.name == name }
      let known = Strangers.Known(
        profile: try profile(name, changes: words, option), knownDeviations: client.map(Self.deviations))
      if parts.count == 2 { byAddress[parts[0]] = known } else { forAll = known }
    }
  }

  /// What was given for all.
  var general: Profile? { forAll?.profile }

  func known(of peer: Strangers.Peer) -> Strangers.Known {
    byAddress[peer.name] ?? byAddress[peer.address] ?? forAll ?? byPeerID(peer) ?? Strangers.Known()
  }

  /// By the longest prefix that fits.
  private func byPeerID(_ peer: Strangers.Peer) -> Strangers.Known? {
    let fitting = clients.compactMap { client -> (ForeignClient, Int)? in
      let lengths = client.peerIDPrefixes.filter { prefix in
        peer.peerIDs.contains { $0.starts(with: Array(prefix.utf8)) }
      }.map(\.utf8.count)
      return lengths.max().map { (client, $0) }
    }
    guard let client = fitting.max(by: { $0.1 < $1.1 })?.0 else { return nil }
    var profile = client.name.flatMap(shipped).flatMap { path in
      (try? Files.bytes(of: path)).flatMap { try? NamedProfile(bytes: $0, file: path).profile }
    }
    // A capture does not tell how many slots its clients were given.
    profile?.slots = nil
    profile?.seedSlots = nil
    return Strangers.Known(profile: profile, knownDeviations: Self.deviations(of: client))
  }

  private func shipped(_ name: String) -> String? {
    folder.map { "\($0)/\(name).profile.yaml" }.flatMap { Files.exists($0) ? $0 : nil }
  }

  private static func deviations(of client: ForeignClient) -> [KnownDeviation] {
    client.knownDeviations.map { KnownDeviation(check: $0.check, reason: $0.reason, source: $0.source ?? "") }
  }

  private func profile(_ name: String, changes: [String], _ option: String) throws -> Profile {
    let path = shipped(name) ?? name
    guard Files.exists(path) else {
      throw Failure(
        state: .usage, what: "there is no profile \(name)", place: "--profile \(option)",
        expected: "a file, or one of "
          + clients.compactMap(\.name).filter { shipped($0) != nil }.joined(separator: ", "))
    }
    var lines: [String: String] = [:]
    for change in changes {
      let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw Failure(
          state: .usage, what: "\"\(change)\" sets nothing", place: "--profile \(option)",
          expected: "KEY=VALUE, such as slots=3")
      }
      lines[parts[0]] = parts[1]
    }
    // Replaced where they stand, so that the reader checks them as it checks the file.
    let text = ProfileFile.text(try Files.read(path), with: lines)
    do {
      return try NamedProfile(bytes: Array(text.utf8), file: path).profile
    } catch {
      throw Failure(state: .usage, what: "\(error)", place: "--profile \(option)")
    }
  }
}
