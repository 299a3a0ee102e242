package import Planning

/// What the sandbox's network is told while the run lasts.
package enum NetworkFault: Hashable, Sendable {
  /// Nothing that comes from one side arrives at the other. Sides are addresses; a nil side is everybody.
  case cut(id: String, [String], [String]?)
  /// What `cut` of this id began is over.
  case mend(id: String)
  /// The address says nothing more, not even that it closes, and hears nothing.
  case silence([String])
  /// Connections of these addresses are reset at both ends.
  case reset([String])
  /// Kernel buckets of peers, at the plan's speed.
  case rates([Rate], speed: Double)

  /// New limits of a peer, by its place in the plan; bytes per swarm second, nil is as before.
  package struct Rate: Hashable, Sendable {
    package var index: Int
    package var upload: LimitPlan?
    package var download: LimitPlan?

    package init(index: Int, upload: LimitPlan?, download: LimitPlan?) {
      self.index = index
      self.upload = upload
      self.download = download
    }
  }
}

/// The commands that put a fault in force. Packets are dropped where they arrive, which is behind the capture, so that
/// attempts stay visible; what a silenced address would still send is dropped where it departs, before the capture.
package struct NetworkFaultScript {
  /// A program, its arguments, and the lines of its standard input.
  package struct Command: Hashable, Sendable {
    package var program: String
    package var arguments: [String]
    package var lines: [String]
  }

  static let table = "ip swarmlab_faults"
  private static let arrival = "{ type filter hook input priority 0; policy accept; }"

  /// Once, before anything runs (`FaultGround`): empty chains and an empty set.
  static let groundwork = Command(
    program: "nft", arguments: ["-f", "-"],
    lines: [
      "add table \(table)",
      "add set \(table) silent { type ipv4_addr; }",
      "add chain \(table) arrive \(arrival)",
      "add chain \(table) depart { type filter hook output priority 0; policy accept; }",
      "add rule \(table) arrive ip daddr @silent drop",
      "add rule \(table) depart ip saddr @silent drop",
    ])

  /// Addresses of one filter of `ss`, which the kernel walks for each socket, and whose jumps reach 64 KiB.
  private static let resetsAtOnce = 64

  package static func commands(for fault: NetworkFault) -> [Command] {
    switch fault {
    case .cut(let id, let side, let other):
      let chain = chain(id)
      let here = set(side.map(network))
      // Of its own at the hook, so that nothing of it is left for packets to walk once it is over.
      var lines = ["add chain \(table) \(chain) \(arrival)"]
      if let other {
        let there = set(other.map(network))
        lines.append("add rule \(table) \(chain) ip saddr \(here) ip daddr \(there) drop")
        lines.append("add rule \(table) \(chain) ip saddr \(there) ip daddr \(here) drop")
      } else {
        // What an address says to itself is no traffic of the swarm.
        lines.append("add rule \(table) \(chain) ip saddr \(here) drop")
        lines.append("add rule \(table) \(chain) ip daddr \(here) drop")
      }
      return [Command(program: "nft", arguments: ["-f", "-"], lines: lines)]
    case .mend(let id):
      let lines = ["flush", "delete"].map { "\($0) chain \(table) \(chain(id))" }
      return [Command(program: "nft", arguments: ["-f", "-"], lines: lines)]
    case .silence(let addresses):
      return [
        Command(
          program: "nft", arguments: ["-f", "-"], lines: ["add element \(table) silent \(set(addresses))"])
      ]
    case .reset(let addresses):
      return stride(from: 0, to: addresses.count, by: resetsAtOnce).map { first in
        let some = addresses[first..<min(first + resetsAtOnce, addresses.count)]
        let conditions: [[String]] = some.map { address in
          ["src", network(address), "or", "dst", network(address)]
        }
        return Command(
          program: "ss", arguments: ["-H", "-n", "-t", "-K"] + Array(conditions.joined(separator: ["or"])), lines: [])
      }
    case .rates(let rates, let speed):
      let lines = rates.flatMap { rate in
        [("lo", rate.upload), ("ifb0", rate.download)].compactMap { device, limit in
          limit.map { KernelLimits.change(device: device, index: rate.index, $0, speed: speed) }
        }
      }
      return [Command(program: "tc", arguments: ["-batch", "-"], lines: lines)]
    }
  }

  private static func chain(_ id: String) -> String {
    "f_" + String(id.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// A peer with all its incarnations.
  private static func network(_ address: String) -> String {
    "\(address[..<(address.lastIndex(of: ".") ?? address.endIndex)]).0/24"
  }

  private static func set(_ addresses: [String]) -> String { "{ \(addresses.joined(separator: ", ")) }" }
}
