import Lab
import Planning
import Testing

@Suite("Commands for faults of the network") struct NetworkFaultTests {
  @Test("Connections of many are reset by few programs, each of which names its own")
  func resets() {
    let addresses = (0..<130).map { Addresses.peer($0) }
    let commands = NetworkFaultScript.commands(for: .reset(addresses))
    #expect(commands.count == 3)
    let named = commands.map { command in command.arguments.count { $0.hasSuffix(".0/24") } }
    #expect(named == [128, 128, 4])
    #expect(
      commands.last?.arguments == [
        "-H", "-n", "-t", "-K", "src", "127.64.128.0/24", "or", "dst", "127.64.128.0/24", "or", "src",
        "127.64.129.0/24", "or", "dst", "127.64.129.0/24",
      ])
    #expect(NetworkFaultScript.commands(for: .reset([])).isEmpty)
  }

  @Test("A cut is a chain of its own, and gone when it is over")
  func cut() {
    let cut = NetworkFaultScript.commands(for: .cut(id: "2.1", [Addresses.peer(1)], [Addresses.peer(2)]))
    #expect(
      cut.map(\.lines) == [
        [
          "add chain ip swarmlab_faults f_2_1 { type filter hook input priority 0; policy accept; }",
          "add rule ip swarmlab_faults f_2_1 ip saddr { 127.64.1.0/24 } ip daddr { 127.64.2.0/24 } drop",
          "add rule ip swarmlab_faults f_2_1 ip saddr { 127.64.2.0/24 } ip daddr { 127.64.1.0/24 } drop",
        ]
      ])
    #expect(
      NetworkFaultScript.commands(for: .mend(id: "2.1")).map(\.lines) == [
        ["flush chain ip swarmlab_faults f_2_1", "delete chain ip swarmlab_faults f_2_1"]
      ])
  }

  @Test("Rates of all who are struck change in one batch")
  func rates() {
    let limit = LimitPlan(bytesPerSecond: 1000)
    let commands = NetworkFaultScript.commands(
      for: .rates(
        [
          NetworkFault.Rate(index: 1, upload: limit, download: nil),
          NetworkFault.Rate(index: 2, upload: nil, download: limit),
        ], speed: 2))
    #expect(commands.map(\.arguments) == [["-batch", "-"]])
    #expect(
      commands.first?.lines == [
        "class change dev lo parent 1: classid 1:2 htb rate 2000bps burst 65536 cburst 65536 quantum 20000",
        "class change dev ifb0 parent 1: classid 1:3 htb rate 2000bps burst 65536 cburst 65536 quantum 20000",
      ])
  }
}
