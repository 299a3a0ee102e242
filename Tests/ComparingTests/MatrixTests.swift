import Comparing
import Testing

@Suite struct MatrixTests {
  @Test(
    "Values are parted by commas that stand outside of lists, sections and quotes",
    arguments: [
      ("a.b=1,4", ["1", "4"]), ("a= x , y ", ["x", "y"]), ("a=[1, 2],[3]", ["[1, 2]", "[3]"]),
      ("a={b: 1, c: 2},{b: 2}", ["{b: 1, c: 2}", "{b: 2}"]), ("a='x,y',z", ["'x,y'", "z"]),
      ("a=\"512 KiB/s\",\"1 MiB/s\"", ["\"512 KiB/s\"", "\"1 MiB/s\""]), ("a=b=c,d", ["b=c", "d"]),
    ] as [(String, [String])])
  func values(text: String, expected: [String]) throws {
    #expect(try Variation(text).values == expected)
  }

  @Test(
    "A variation that is none is refused with what was expected",
    arguments: ["a", "=1,2", "a=1", "a=", "a=1,,2", "a=1,1", "a=1,2,"])
  func refusals(text: String) {
    let fault = #expect(throws: Variation.Fault.self) { try Variation(text) }
    #expect(fault?.description.hasPrefix("--vary \(text): ") ?? false)
    #expect(fault?.description.contains("expected") ?? false)
  }

  @Test func `Settings are all combinations, the last key changing first, and are called by what tells them apart`()
    throws
  {
    let settings = Setting.all(of: [try Variation("x.slots=1,4"), try Variation("y.slots=2,3")])
    #expect(
      settings.map(\.name) == [
        "x.slots=1 y.slots=2", "x.slots=1 y.slots=3", "x.slots=4 y.slots=2", "x.slots=4 y.slots=3",
      ])
    #expect(Setting.labels(of: settings).first == "x.slots=1, y.slots=2")
    #expect(
      Setting.labels(of: Setting.all(of: [try Variation("defaults.choking.slots=1,4")])) == ["slots=1", "slots=4"])
    #expect(Setting.all(of: []).map(\.name) == ["as it is"])
  }

  @Test func `Every setting gets every random seed, in an order that the first draws`() {
    let order = PlannedRun.order(settings: 3, repeats: 10, from: 5)
    #expect(order.count == 30 && Set(order).count == 30)
    #expect(Set(order.map(\.randomSeed)) == Set(5...14))
    #expect(order == PlannedRun.order(settings: 3, repeats: 10, from: 5))
    #expect(
      order
        != PlannedRun.order(settings: 3, repeats: 10, from: 6).map {
          PlannedRun(setting: $0.setting, randomSeed: $0.randomSeed - 1)
        })
    // By lot: no setting has all its runs before another's.
    #expect(Set(order.prefix(10).map(\.setting)).count == 3)
  }
}
