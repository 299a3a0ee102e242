public import SwarmTime

/// What the lab tells while a run lasts, for a display. It is approximate and never evidence: the judge reads the
/// record and the capture.
public enum LabEvent: Codable, Hashable, Sendable {
  case phase(LabPhase)
  /// The first `join` is sent. Monotonic nanoseconds, and swarm seconds for each real one.
  case zero(monotonicNanoseconds: Int64, speed: Double)
  case progress(LabProgress)
  case completed(peer: String, at: SwarmInstant)
  /// `code` for an exit, `signal` for a death by signal; `ordered`: by us.
  case exited(process: String, code: Int32?, signal: Int32?, ordered: Bool, at: SwarmInstant)
  /// A peer's client did not show in its time that it is there; a note says it too.
  case notReady(peer: String)
  /// Something that a person should know, in a sentence.
  case note(String)
  case ended(reason: EndReason, at: SwarmInstant)
}

public enum LabPhase: String, Codable, Hashable, Sendable, CaseIterable {
  /// Payload and torrent are written, limits set, the capture opened.
  case preparing
  /// Processes start and open their sockets.
  case starting
  case running
  /// Processes leave in good order.
  case stopping
  /// Finished files are hashed, the capture is closed.
  case closing
}

/// Where every peer stands, as seen on the wire.
public struct LabProgress: Codable, Hashable, Sendable {
  public var at: SwarmInstant
  public var peers: [PeerProgress]

  public init(at: SwarmInstant, peers: [PeerProgress]) {
    self.at = at
    self.peers = peers
  }
}

public struct PeerProgress: Codable, Hashable, Sendable {
  public enum State: String, Codable, Hashable, Sendable {
    case waiting, downloading, complete, left, dead
  }
  public var name: String
  public var state: State
  /// Pieces that it said it has, of `pieceCount`.
  public var piecesHeld: Int
  public var pieceCount: Int
  /// Stream bytes of the peer wire for each swarm second, over the stretch since the last report.
  public var uploadBytesPerSecond: Int64
  public var downloadBytesPerSecond: Int64

  public init(
    name: String, state: State, piecesHeld: Int, pieceCount: Int, uploadBytesPerSecond: Int64,
    downloadBytesPerSecond: Int64
  ) {
    self.name = name
    self.state = state
    self.piecesHeld = piecesHeld
    self.pieceCount = pieceCount
    self.uploadBytesPerSecond = uploadBytesPerSecond
    self.downloadBytesPerSecond = downloadBytesPerSecond
  }
}

/// What ended a run.
public enum EndReason: String, Codable, Hashable, Sendable {
  /// Every peer that was expected to complete has.
  case complete
  /// The topology's `until … within`.
  case deadline
  /// Everybody left alive is complete, but a peer died that was not told to.
  case death
  case interrupted
  /// The hard limit of the command line.
  case timedOut
  /// The lab could not go on: see the error.
  case failed
}

/// What is left when the lab is gone. Nothing of the run is alive any more.
public struct LabOutcome: Sendable, Hashable {
  public var reason: EndReason
  public var rung: Sandbox.Rung
  /// Nil when the run went its course, to whatever end.
  public var error: LabError?
  /// Nil when the lab did not come to close its capture.
  public var capture: CaptureSummary?
  /// Sentences for a person, in order.
  public var notes: [String]
  /// Real seconds from the lab's start to the beginning of each phase.
  public var phases: [LabPhase: Double]

  public init(
    reason: EndReason, rung: Sandbox.Rung, error: LabError?, capture: CaptureSummary?, notes: [String],
    phases: [LabPhase: Double]
  ) {
    self.reason = reason
    self.rung = rung
    self.error = error
    self.capture = capture
    self.notes = notes
    self.phases = phases
  }
}

public struct CaptureSummary: Codable, Hashable, Sendable {
  public var frames: Int64
  public var bytes: Int64
  /// Frames that the kernel or the interface dropped.
  public var dropped: Int64
  /// The file reached its bound before the run ended.
  public var cutShort: Bool

  public init(frames: Int64, bytes: Int64, dropped: Int64, cutShort: Bool) {
    self.frames = frames
    self.bytes = bytes
    self.dropped = dropped
    self.cutShort = cutShort
  }
}
