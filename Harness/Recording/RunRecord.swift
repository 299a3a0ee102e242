public import SwarmTime

/// One line of `record.jsonl`: what the lab did and saw, apart from packets. A replay needs nothing else beside the plan.
///
/// `at` is swarm time. Before zero (spawning) it is negative.
public struct RecordEntry: Codable, Hashable, Sendable {
  public var at: SwarmInstant
  public var event: RecordEvent

  public init(at: SwarmInstant, event: RecordEvent) {
    self.at = at
    self.event = event
  }
}

public enum RecordEvent: Codable, Hashable, Sendable {
  /// Ties the clocks: CLOCK_MONOTONIC and CLOCK_REALTIME read together, in nanoseconds. Written at zero and at the end.
  case clock(zeroMonotonic: Int64, monotonic: Int64, realtime: Int64, speed: Double)
  case spawned(process: String, processID: Int32)
  /// The process said that it listens (native), or was given its time to start (others).
  case ready(process: String)
  case joined(peer: String)
  case leaveOrdered(peer: String)
  case stopOrdered(process: String)
  /// A fault of the plan struck these peers, or what it had begun is over. Who is cut off is named, there or not.
  case fault(id: String, kind: String, peers: [String], isHealing: Bool)
  /// A peer was told to go on at another address, or was begun anew there.
  case addressChanged(peer: String, from: String, to: String)
  /// Bytes per swarm second from now on, and the bytes of their bursts; a rate that is nil is as before. Records of
  /// before bursts were written have none: the kernel kept the declared burst, a client took the usual one.
  case rateChanged(
    peer: String, upload: Int64?, download: Int64?, uploadBurst: Int64? = nil, downloadBurst: Int64? = nil)
  /// `code` for an exit, `signal` for a death by signal. `ordered`: by us.
  case exited(process: String, code: Int32?, signal: Int32?, ordered: Bool)
  /// The payload file of a peer at the end of the run (or when it left); of a peer that wants a part, that part. The hash
  /// is empty where a client of others was complete, and there is no such file.
  case file(peer: String, sizeBytes: Int64, sha256: String)
  /// SHA-256 of so many first bytes of the payload, hex: what the file of a peer that wants a part of it should begin with.
  case prefix(sizeBytes: Int64, sha256: String)
  /// SHA-256 of the payload itself, hex.
  case payload(sha256: String, infoHash: String)
  /// The lab's own pulse over the stretch since the last one: the worst lateness of its timer, in real nanoseconds, and
  /// the share of wall time in which some process waited for a processor (pressure-stall information), in per mille; and
  /// the longest that a thread of the swarm waited for one turn on a processor, in real nanoseconds, by the kernel's
  /// account.
  case heartbeat(
    worstLatenessNanoseconds: Int64, processorPressurePerMille: Int?, longestWaitNanoseconds: Int64? = nil)
  /// At the end of the capture. `dropped` is by kernel and interface together; `cutShort`: `atMost` was reached, or
  /// what was sent last before the end was not seen.
  case capture(frames: Int64, bytes: Int64, dropped: Int64, cutShort: Bool)
  /// What ended the run: `complete`, `deadline`, `death`, `interrupted`, `failed`.
  case ended(reason: String)
}
