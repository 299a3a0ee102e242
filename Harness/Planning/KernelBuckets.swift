import TopologyFile

/// What the kernel can keep of a limit: `tc` tells it a burst as the time that it takes at the rate, in 32 bits of 64 ns each.
/// A longer one would wrap round, and a small burst be in force where a large one is declared.
struct KernelBuckets {
  var peers: [PeerPlan]
  var speed: Double

  /// Real seconds: 2^32 * 64 ns, less what rounding may add.
  static let mostSeconds = 274.0

  /// The first limit that cannot be kept; nil where all can.
  ///
  /// - Parameters:
  ///   - faults: those that change rates.
  ///   - topology: what the plan is of.
  func trouble(with faults: [FaultPlan], in topology: Topology) -> Diagnostic? {
    let limited = peers.filter(\.isLimitedByKernel)
    for peer in limited {
      for (key, limit) in [("upload", peer.uploadInForce), ("download", peer.downloadInForce)] {
        if let found = trouble("peers.\(peer.group).\(key)", limit, topology) { return found }
      }
    }
    for fault in faults where fault.kind == .changeRate {
      let number = fault.id.split(separator: ".").first.flatMap { Int($0) } ?? 1
      let path = topology.faults[number - 1].path
      for peer in limited where fault.peers.contains(peer.name) {
        for limit in [peer.uploadInForce(of: fault.uploadLimit), peer.downloadInForce(of: fault.downloadLimit)] {
          if let found = trouble(path, limit, topology) { return found }
        }
      }
    }
    return nil
  }

  private func trouble(_ path: String, _ limit: LimitPlan?, _ topology: Topology) -> Diagnostic? {
    guard let limit else { return nil }
    let seconds = Double(limit.burstBytes) / max(1, Double(limit.bytesPerSecond) * speed)
    guard seconds > Self.mostSeconds else { return nil }
    return Diagnostic(
      file: topology.file, place: topology.place(path),
      message: "\(path): the kernel keeps no burst that takes longer than \(Int(Self.mostSeconds)) s at its rate, and "
        + "\(Wording.bytes(limit.burstBytes)) take \(Int(min(seconds, 1e9))) s",
      expected: "a higher rate, a smaller burst, or limit: client")
  }
}
