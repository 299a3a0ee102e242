import Reporting
import SwarmTime
import Testing

@Suite struct QuantityTests {
  @Test(
    "Bytes are told in binary units with three figures",
    arguments: [
      (0, "0 B"), (813, "813 B"), (1024, "1.0 KiB"), (262_144, "256 KiB"), (16_777_216, "16.0 MiB"),
      (1_073_741_824, "1.0 GiB"), (-2048, "-2.0 KiB"),
    ] as [(Int64, String)])
  func bytes(value: Int64, text: String) {
    #expect(Quantity.bytes(value) == text)
    #expect(Quantity.rate(value) == text + "/s")
  }

  @Test(
    "Durations grow from tenths of seconds to hours",
    arguments: [
      (0.04, "0.0 s"), (0.45, "0.5 s"), (74.3, "74.3 s"), (725, "12 min 05 s"), (7380, "2 h 03 min"),
      (-0.04, "0.0 s"), (-74.3, "-74.3 s"), (-725, "-12 min 05 s"), (-7380, "-2 h 03 min"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(Quantity.duration(.seconds(seconds)) == text)
  }

  @Test func `One of something is told without an s`() {
    #expect(Quantity.count(1, "piece") == "1 piece")
    #expect(Quantity.count(Int64(0), "piece") == "0 pieces")
    #expect(Quantity.count(64, "piece") == "64 pieces")
  }

  @Test func `The longest time that there is can be told`() {
    #expect(Quantity.duration(SwarmDuration(nanoseconds: .max)) == "2562047 h 47 min")
    #expect(Quantity.instant(SwarmInstant(nanoseconds: .max)) == "9223372036.855 s")
    #expect(Quantity.instant(SwarmInstant(nanoseconds: .min)) == "-9223372036.855 s")
  }

  @Test func `Instants are told to the millisecond, before zero too`() {
    #expect(Quantity.instant(.seconds(58.2134)) == "58.213 s")
    #expect(Quantity.instant(.seconds(-0.25)) == "-0.250 s")
  }
}
