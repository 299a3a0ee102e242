import Judging
import Planning
import Reporting
import SwarmTime
import TopologyFile

/// What the judge may know of the clients on a capture: `--profile` as it was given.
///
/// `NAME` is a shipped profile, `FILE` one of one's own; `,KEY=VALUE` changes an integer, a word or a duration of it, since
/// a capture does not say how its clients were set; `ADDRESS=NAME` is for that peer alone.
struct ProfileBook {
  private var forAll: Strangers.Known?
  private var byAddress: [String: Strangers.Known] = [:]

  /// - Throws: `Failure` for what names no profile, or says no such thing.
  init(_ options: [String]) throws {
    for option in options {
      var words = option.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let first = words.removeFirst()
      // An address before the first "=", where a path has none.
      let parts = first.split(separator: "=", maxSplits: 1).map(String.init)
      let name = parts.count == 2 ? parts[1] : first
      let known = Strangers.Known(profile: try Self.profile(name, changes: words, option))
      if parts.count == 2 { byAddress[parts[0]] = known } else { forAll = known }
    }
  }

  /// What was given for all.
  var general: Profile? { forAll?.profile }

  func known(of peer: Strangers.Peer) -> Strangers.Known {
    byAddress[peer.name] ?? byAddress[peer.address] ?? forAll ?? Strangers.Known()
  }

  private static func profile(_ name: String, changes: [String], _ option: String) throws -> Profile {
    let shipped = ShippedProfiles.path(of: name)
    let path = shipped ?? name
    guard Files.exists(path) else {
      throw Failure(
        state: .usage, what: "there is no profile \(name)", place: "--profile \(option)",
        expected: "a file, or one of " + ShippedProfiles.names.joined(separator: ", "))
    }
    var text = try Files.read(path)
    for change in changes {
      let parts = change.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw Failure(
          state: .usage, what: "\"\(change)\" sets nothing", place: "--profile \(option)",
          expected: "KEY=VALUE, such as slots=3")
      }
      // Replaced where it stands, so that the reader checks it as it checks the file.
      text = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix(parts[0] + ":") }.joined(separator: "\n")
      text += "\n\(parts[0]): \(parts[1])\n"
    }
    do {
      return try NamedProfile(bytes: Array(text.utf8), file: path).profile
    } catch {
      throw Failure(state: .usage, what: "\(error)", place: "--profile \(option)")
    }
  }
}

/// Profiles that are shipped beside the program: in the built tree, or where it was installed.
enum ShippedProfiles {
  static let names = ["aria2", "libtorrent", "qbittorrent", "rtorrent", "transmission"]

  static func path(of name: String) -> String? {
    guard names.contains(name), let own = try? Programs.ownPath() else { return nil }
    var folder = own
    // .build/debug/swarmlab lies three or four levels below the tree's root, and links are resolved.
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      for place in ["Harness/Clients", "share/swarmlab/clients"] {
        let path = "\(folder)/\(place)/\(name).profile.yaml"
        if Files.exists(path) { return path }
      }
    }
    return nil
  }
}
