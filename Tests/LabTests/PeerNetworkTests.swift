import Lab
import Planning
import Testing

@Suite("Network namespaces of peers")
struct PeerNetworkTests {
  private func plan(_ change: (inout PeerPlan) -> Void) -> Plan {
    var plan = Plans.swarm([Plans.peer(0, name: "seed", role: .seed), Plans.peer(300, name: "mine", command: ["mine"])])
    plan.peers[1].address = Addresses.peer(300, range: .privateUse)
    change(&plan.peers[1])
    return plan
  }

  @Test("only a client that cannot bind its connections gets one, and then the run needs a network of its own")
  func who() {
    #expect(PeerNetworks(plan { _ in }).members.isEmpty)
    let unbound = plan { $0.client.isBound = false }
    #expect(PeerNetworks(unbound).members.map(\.name) == ["mine"])
    #expect(Sandbox.needs(of: unbound) == [.capture, .privateNetwork])
    #expect(Sandbox.refusal(of: .hostLoopback, needs: Sandbox.needs(of: unbound)) == "no private network here")
  }

  @Test("what leaves it crosses lo on its way, and what is for it is taken from lo behind the capture")
  func scripts() {
    let networks = PeerNetworks(plan { $0.client.isBound = false })
    #expect(
      networks.redirectScript == [
        "qdisc add dev lo clsact", "qdisc add dev peer300 clsact",
        "filter add dev peer300 ingress prio 1 protocol ip u32 match u32 0 0 action mirred egress redirect dev lo",
        "filter add dev lo ingress prio 1 protocol ip u32 match ip dst 10.65.44.0/24 "
          + "action mirred egress redirect dev peer300",
      ])
    let links = networks.linkScript { "/namespace/of/\($0.name)" }
    #expect(links.count == 3 && links[1].hasSuffix("netns /namespace/of/mine"))
    // Redirected frames are taken for ours only if all bear one hardware address.
    let addresses = Set(links.flatMap { $0.split(separator: " ") }.filter { $0.count == 17 && $0.contains(":") })
    #expect(addresses.count == 1)
    #expect(networks.innerScript(networks.members[0]).contains("route add default dev eth0 src 10.65.44.1"))
  }

  @Test("beside a download limit lo has its hooks already")
  func besideLimits() {
    let networks = PeerNetworks(
      plan {
        $0.client.isBound = false
        $0.download = LimitPlan(bytesPerSecond: 1000)
        $0.limitedBy = .both
      })
    #expect(networks.redirectScript.first == "qdisc add dev peer300 clsact")
  }
}
