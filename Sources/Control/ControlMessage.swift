public import SwarmTime

/// Version 1 of the control channel: JSON lines between a native process and the lab, on stdout and stdin.
///
/// Only these messages travel here: a process's own events go to a file, since a full pipe would stall its event loop.
/// With `--control stdin` end of file on stdin means stop.
public enum ControlReport: Hashable, Sendable {
  /// First line of a process: which version of the channel it speaks, and who it is.
  case hello(version: Int, processID: Int32)
  /// The socket is open, on `address` (`host:port`).
  case listening(address: String)
  /// All pieces are verified.
  case completed
  case stopped(reason: String)
  /// `code` is a short stable word, `text` a sentence for a person.
  case error(code: String, text: String)

  public static let version = 1
}

/// In which way a tracker is to fail.
public enum TrackerTrouble: Hashable, Sendable {
  /// HTTP status 500, over UDP an error: nothing that was asked is done.
  case serverError
  /// Bytes that are no answer, after which nothing was done either.
  case garbage
  /// Whatever is asked is done, and answered so much later.
  case slow(SwarmDuration)
}

/// What the lab orders.
public enum ControlOrder: Hashable, Sendable {
  /// Sets the clock. Comes once, before everything else but `stop`.
  case start(SwarmClock)
  /// Enter the swarm: announce, connect.
  case join
  /// Leave it in good order: tell the tracker, close the connections; the process stays.
  case leave
  /// From now on these limits; nil is unlimited.
  case setRate(upload: Limit?, download: Limit?)
  /// To a tracker: fail in this way from now on; nil is in none.
  case fail(TrackerTrouble?)
  /// Go on at another address. `mode` is `abrupt` or `polite`; a nil peer id keeps the present one.
  case rebind(address: String, mode: String, peerID: String?)
  /// Leave, and end the process.
  case stop

  /// A token bucket.
  public struct Limit: Hashable, Sendable {
    /// For each swarm second.
    public var bytesPerSecond: Int64
    /// Bytes; nil is as at a process's start, the larger of 64 KiB and one second's worth.
    public var burstBytes: Int64?

    public init(bytesPerSecond: Int64, burstBytes: Int64? = nil) {
      self.bytesPerSecond = bytesPerSecond
      self.burstBytes = burstBytes
    }
  }
}
