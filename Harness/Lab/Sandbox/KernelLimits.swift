package import Planning

/// Token buckets in the kernel for clients of any kind, both on the egress of `lo`: what goes to a limited peer is
/// redirected to `ifb0`, where a class for its address paces it (download), and returns to `lo`'s root, where a class for
/// the sender's address does (upload). Never on ingress: libpcap taps before it, so honest runs would seem to break
/// their limits.
///
/// Only u32 classifiers exist in every kernel; they are hashed on the third byte of the address, in which neighbouring
/// peers differ, since a thousand filters in a row would be walked for each packet. Addresses without a limit meet one
/// empty bucket at most, and no queue of a class.
package struct KernelLimits: Sendable, Hashable {
  package struct Bucket: Sendable, Hashable {
    /// Minor number of its class, from 1.
    package var id: Int
    /// IPv4; the bucket holds its whole /24, which is one peer with all its incarnations.
    package var address: String
    /// Bytes for each real second.
    package var bytesPerSecond: Int64
    package var burstBytes: Int64

    package init(id: Int, address: String, bytesPerSecond: Int64, burstBytes: Int64) {
      self.id = id
      self.address = address
      self.bytesPerSecond = bytesPerSecond
      self.burstBytes = burstBytes
    }
  }

  package var uploads: [Bucket]
  package var downloads: [Bucket]

  package var isEmpty: Bool { uploads.isEmpty && downloads.isEmpty }

  /// The limits that the plan puts in the kernel, at the plan's speed: rates grow with it, bursts do not. A peer that is
  /// to exceed its declared rate is let have that much more.
  package init(_ plan: Plan) {
    let limited = plan.peers.filter(\.isLimitedByKernel)
    uploads = limited.compactMap { Self.bucket($0, $0.uploadInForce, plan.speed) }
    downloads = limited.compactMap { Self.bucket($0, $0.downloadInForce, plan.speed) }
  }

  package init(uploads: [Bucket], downloads: [Bucket]) {
    self.uploads = uploads
    self.downloads = downloads
  }

  private static func bucket(_ peer: PeerPlan, _ limit: LimitPlan?, _ speed: Double) -> Bucket? {
    guard let limit else { return nil }
    return Bucket(
      id: peer.index + 1, address: peer.address,
      bytesPerSecond: Int64((Double(limit.bytesPerSecond) * speed).rounded()),
      burstBytes: limit.burstBytes)
  }

  /// Lines for `ip -batch`, before those for `tc`.
  package var linkScript: [String] {
    // Its queue holds what all limited peers have in flight; the default of 32 packets would drop.
    downloads.isEmpty ? [] : ["link add name ifb0 txqueuelen 10000 type ifb", "link set dev ifb0 up"]
  }

  /// Lines for `tc -batch`.
  package var script: [String] {
    var lines: [String] = []
    if !uploads.isEmpty { lines += Self.shaper(device: "lo", uploads, match: "src", offset: 12) }
    guard !downloads.isEmpty else { return lines }
    lines += Self.shaper(device: "ifb0", downloads, match: "dst", offset: 16)
    lines.append("qdisc add dev lo clsact")
    lines += Self.hashed(device: "lo", parent: "egress", downloads, match: "dst", offset: 16) { _ in
      "action mirred egress redirect dev ifb0"
    }
    return lines
  }

  private static func shaper(device: String, _ buckets: [Bucket], match: String, offset: Int) -> [String] {
    // What has no class passes unshaped; its queue is as long as the socket buffers of a thousand peers need.
    var lines = ["qdisc add dev \(device) root handle 1: htb default 0 direct_qlen 100000"]
    for bucket in buckets {
      lines.append(
        "class add dev \(device) parent 1: classid 1:\(hex(bucket.id)) htb rate \(bucket.bytesPerSecond)bps "
          + "burst \(bucket.burstBytes) cburst \(bucket.burstBytes) quantum 20000")
    }
    return lines
      + hashed(device: device, parent: "parent 1:", buckets, match: match, offset: offset) { "flowid 1:\(hex($0.id))" }
  }

  /// A hash table of 256 buckets, the filters in it, and the one filter that leads there.
  private static func hashed(
    device: String, parent: String, _ buckets: [Bucket], match: String, offset: Int, action: (Bucket) -> String
  ) -> [String] {
    let filter = "filter add dev \(device) \(parent) prio 1"
    var lines = ["\(filter) handle 2: protocol ip u32 divisor 256"]
    for bucket in buckets {
      let bytes = bucket.address.split(separator: ".").compactMap { Int($0) }
      guard bytes.count == 4 else { continue }
      lines.append(
        "\(filter) protocol ip u32 ht 2:\(hex(bytes[2])): match ip \(match) \(bytes[0]).\(bytes[1]).\(bytes[2]).0/24 "
          + action(bucket))
    }
    lines.append(
      "\(filter) protocol ip u32 ht 800:: match u32 0 0 hashkey mask 0x0000ff00 at \(offset) link 2:")
    return lines
  }

  /// A line for `tc -batch` that gives a bucket another rate.
  static func change(device: String, index: Int, _ limit: LimitPlan, speed: Double) -> String {
    let rate = Int64((Double(limit.bytesPerSecond) * speed).rounded())
    return "class change dev \(device) parent 1: classid 1:\(hex(index + 1)) htb rate \(rate)bps "
      + "burst \(limit.burstBytes) cburst \(limit.burstBytes) quantum 20000"
  }

  private static func hex(_ value: Int) -> String { String(value, radix: 16) }
}
