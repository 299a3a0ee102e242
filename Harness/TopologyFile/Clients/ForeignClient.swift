public import SwarmTime

/// A program of others that can be a peer, as its client file or a topology describes it: all that the lab must know to
/// start it, to tell when it is there, and to stop it.
public struct ForeignClient: Hashable, Sendable {
  /// Nil for a program given inline in a topology.
  public var name: String?
  public var summary: String
  /// Found in `PATH`, or a path.
  public var program: String
  public var install: Install
  public var version: VersionQuery?
  /// With which its peer ids begin (BEP 20).
  public var peerIDPrefixes: [String]
  public var files: [File]
  /// Program and arguments; templates, like all texts below.
  public var command: [String]
  /// Arguments added for a peer that has the whole payload from the start.
  public var whenSeed: [String]
  /// Arguments added where the client itself is to keep a limit.
  public var whenUploadLimited: [String]
  public var whenDownloadLimited: [String]
  /// Arguments added where the swarm's tracker speaks UDP.
  public var whenUDPTracker: [String]
  /// Added to the environment.
  public var environment: [String: String]
  /// Whether it gets 10.x.y.z, since it refuses 127.x.y.z.
  public var usesPrivateAddresses: Bool
  /// Whether its outgoing connections come from its own address; if not, it gets a network namespace of its own.
  public var isBound: Bool
  public var ready: Readiness
  public var stop: Stop
  /// What it can speak to a tracker.
  public var trackers: Set<TrackerProtocol>
  /// Limits that it can keep itself.
  public var keeps: Set<Limit>
  public var options: [Option]
  /// What is known of its choking; nil for nothing.
  public var profile: ProfileSource?
  public var knownDeviations: [Deviation]

  /// Whether it is told a peer id, so that it has the same one when it is begun anew.
  var takesPeerID: Bool {
    var texts = command + whenSeed + whenUploadLimited + whenDownloadLimited + whenUDPTracker
    texts += Array(environment.values) + options.flatMap(\.whenSet) + files.map(\.path)
    for file in files {
      switch file.content {
      case .text(let text), .copy(let text): texts.append(text)
      }
    }
    return texts.contains { Template($0).names.contains("peerID") }
  }

  public enum TrackerProtocol: String, Hashable, Sendable, CaseIterable {
    case http
    /// BEP 15.
    case udp
  }

  public enum Limit: String, Hashable, Sendable, CaseIterable { case upload, download }

  /// How a person gets it.
  public struct Install: Hashable, Sendable {
    /// Names of Debian packages, with spaces between; empty for none.
    public var debian: String
    /// For everybody else.
    public var text: String

    public init(debian: String = "", text: String = "") {
      self.debian = debian
      self.text = text
    }

    /// `apt install aria2`, or whatever there is to say; empty for nothing.
    public var advice: String {
      let packages = debian.isEmpty ? "" : "apt install \(debian)"
      return packages.isEmpty || text.isEmpty ? packages + text : "\(packages), or \(text)"
    }
  }

  /// How it tells its version. A client that fails and tells none is taken for not installed.
  public struct VersionQuery: Hashable, Sendable {
    public var command: [String]
    /// A regular expression; its first group, or all of it, is the version.
    public var pattern: String
  }

  /// What is written below the peer's own folder before the client starts.
  public struct File: Hashable, Sendable {
    /// Relative to `{home}`; a template.
    public var path: String
    public var content: Content

    public enum Content: Hashable, Sendable {
      case text(String)
      /// Of the file at this path.
      case copy(String)
    }
  }

  public struct Readiness: Hashable, Sendable {
    /// A regular expression that a line of its output matches; nil where a socket that listens is waited for.
    public var output: String?
    /// Real time from its start.
    public var within: SwarmDuration

    package init(output: String?, within: SwarmDuration) {
      self.output = output
      self.within = within
    }
  }

  public struct Stop: Hashable, Sendable {
    public var signal: StopSignal
    /// Real time after which it is killed.
    public var within: SwarmDuration

    package init(signal: StopSignal, within: SwarmDuration) {
      self.signal = signal
      self.within = within
    }
  }

  public enum StopSignal: String, Hashable, Sendable, CaseIterable {
    case terminate = "TERM"
    case interrupt = "INT"
    case quit = "QUIT"
    case hangUp = "HUP"
    case kill = "KILL"
  }

  /// What a topology can set: `client: {name: aria2, options: {slots: 4}}`.
  public struct Option: Hashable, Sendable {
    public var name: String
    public var meaning: String
    /// Fills `{option.NAME}` where a topology does not set it; nil where only `whenSet` speaks of it.
    public var defaultValue: String?
    public var values: Values
    /// Arguments added where a topology sets it.
    public var whenSet: [String]
    /// What it makes of the client's profile.
    public var profile: [ProfileChange]

    public enum Values: Hashable, Sendable {
      case any
      case words([String])
      case whole(ClosedRange<Int64>)
    }
  }

  /// Lines that a value of an option puts into the profile.
  public struct ProfileChange: Hashable, Sendable {
    /// Nil for every value.
    public var value: String?
    /// By key of `ProfileFile.schema`; templates, of which an empty one takes the key away.
    public var lines: [String: String]
  }

  /// Where the profile comes from.
  public struct ProfileSource: Hashable, Sendable {
    /// Path of the file, as diagnostics name it.
    public var file: String
    public var text: String

    public init(file: String, text: String) {
      self.file = file
      self.text = text
    }
  }

  /// A check that it is known to fail, and why: reported, and no failure of a run.
  public struct Deviation: Hashable, Sendable {
    public var check: String
    public var reason: String
    /// What shows it: a line of its source, a report, a measurement.
    public var source: String?

    package init(check: String, reason: String, source: String?) {
      self.check = check
      self.reason = reason
      self.source = source
    }
  }
}
