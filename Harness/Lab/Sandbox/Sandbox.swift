public import Planning

/// Where a swarm runs: a ladder of rungs, the most private first. The first rung that stands, shown by use, is taken.
public enum Sandbox {
  public enum Rung: String, Codable, Hashable, Sendable, CaseIterable {
    /// User, network and process namespaces made with bubblewrap: no root needed.
    case bubblewrapUser = "bubblewrap-user"
    /// Network and process namespaces made with bubblewrap by root, or through `sudo -n`.
    case bubblewrapRoot = "bubblewrap-root"
    /// The machine's own loopback.
    case hostLoopback = "host-loopback"
  }

  /// What a topology may need of the place where it runs.
  public enum Capability: String, Codable, Hashable, Sendable, CaseIterable {
    /// Packets of `lo` can be captured.
    case capture
    /// Token buckets in the kernel, for a client of any kind.
    case kernelLimits = "kernel limits"
    /// A peer's address can go dead without a word to either side.
    case silentAddressChange = "silent address change"
    case partition
    /// Connections can be reset at both ends.
    case connectionResets = "connection resets"
    /// A peer's data can lie on a file system of its own, which is filled and emptied.
    case ownDisks = "disks for single peers"
    /// Nobody else's ports, addresses and packets.
    case privateNetwork = "private network"
    /// Every descendant ends with the run, whatever it does.
    case containment
  }

  /// What a rung can do. On the host's loopback a capture depends on the privilege to make one, so it is tried.
  public static func capabilities(of rung: Rung) -> Set<Capability> {
    switch rung {
    case .bubblewrapUser, .bubblewrapRoot: Set(Capability.allCases)
    case .hostLoopback: [.capture]
    }
  }

  /// What a plan needs; every run needs a capture.
  public static func needs(of plan: Plan) -> Set<Capability> {
    var needs: Set<Capability> = [.capture]
    if plan.peers.contains(where: { $0.isLimitedByKernel && ($0.upload != nil || $0.download != nil) }) {
      needs.insert(.kernelLimits)
    }
    // Addresses of 10.0.0.0/8 are made local, which nobody may do to the host's own network.
    if plan.usesPrivateRange || plan.peers.contains(where: { !$0.client.isBound }) {
      needs.insert(.privateNetwork)
    }
    for fault in plan.faults {
      switch fault.kind {
      case .partition, .isolate: needs.insert(.partition)
      case .resetConnections: needs.insert(.connectionResets)
      case .changeAddress: if fault.isAbrupt { needs.insert(.silentAddressChange) }
      case .fullDisk: needs.insert(.ownDisks)
      case .leave, .kill, .restart, .pause, .changeRate, .stopTracker, .trackerError: break
      }
    }
    return needs
  }

  /// Why `rung` cannot take a swarm that needs `needs`; nil when it can, if it stands at all.
  public static func refusal(of rung: Rung, needs: Set<Capability>) -> String? {
    let missing = needs.subtracting(capabilities(of: rung)).map(\.rawValue).sorted()
    return missing.isEmpty ? nil : "no \(missing.joined(separator: ", no ")) here"
  }

  /// What trying a rung showed.
  public struct Finding: Codable, Hashable, Sendable {
    public var rung: Rung
    /// What was seen to work there; empty when it does not stand.
    public var capabilities: Set<Capability>
    /// Why it does not stand, or lacks something; nil when all is well.
    public var reason: String?

    public init(rung: Rung, capabilities: Set<Capability>, reason: String?) {
      self.rung = rung
      self.capabilities = capabilities
      self.reason = reason
    }
  }

  /// The error for a swarm that no rung can take, with the reason of each.
  static func nothingStands(_ findings: [Finding], needs: Set<Capability>) -> LabError {
    let reasons = findings.map { "\($0.rung.rawValue): \($0.reason ?? "works")" }.joined(separator: "; ")
    let wanted = needs.map(\.rawValue).sorted().joined(separator: " and ")
    return LabError(
      .environment, what: "no place on this machine can run this swarm (\(reasons))",
      expected: "one with \(wanted)",
      mend: "install bubblewrap and iproute2, and allow unprivileged user namespaces or `sudo -n` (in a container: "
        + "--privileged, or --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add NET_RAW and an unmasked /proc)")
  }
}
