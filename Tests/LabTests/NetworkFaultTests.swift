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
