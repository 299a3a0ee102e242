import Lab
import Planning
import Recording
import SwarmTime
import Testing

@Suite("Peers that are cut off") struct CutTests {
  /// Peers 1 and 2 of the plan.
  private static let (a, b) = (["127.64.1.1"], ["127.64.2.1"])

  @Test("Who comes while a partition lasts is cut off like the others, even if nobody was there", arguments: [0.0, 8])
  func partedBeforeArrival(_ arrival: Double) {
    var run = FaultRehearsal([
      FaultPlan(id: "1", kind: .partition, at: .seconds(5), peers: ["a"], others: ["b"], lasts: .seconds(6))
    ]) { $0.peers[1].arrivesAt = .seconds(arrival) }
    let begun = run.go(to: 6)
    #expect(begun.contains(.network(.cut(id: "1", Self.a, Self.b))))
    #expect(begun.contains(.record(.fault(id: "1", kind: "partition", peers: ["a"], isHealing: false))))
    #expect(run.go(to: 12).contains(.network(.mend(id: "1"))))
  }

  @Test("Who is away when it is to be isolated is not heard when it comes back")
  func isolatedWhileAway() {
    var isolation = fault(.isolate, at: 6, lasts: .seconds(20))
    isolation.id = "2"
    var run = FaultRehearsal([fault(.leave, lasts: .seconds(3)), isolation])
    #expect(run.go(to: 7).contains(.network(.cut(id: "2", Self.a, nil))))
  }
}
