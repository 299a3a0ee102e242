import Comparing
import Testing

@Suite struct StudentTTests {
  /// Two-sided points of published tables (Fisher and Yates; Abramowitz and Stegun, 26.10).
  @Test(
    "Critical values are those of the tables",
    arguments: [
      (1, 0.90, 6.314), (1, 0.95, 12.706), (1, 0.99, 63.657), (2, 0.95, 4.303), (2, 0.99, 9.925), (3, 0.95, 3.182),
      (4, 0.90, 2.132), (5, 0.95, 2.571), (5, 0.99, 4.032), (6, 0.95, 2.447), (7, 0.95, 2.365), (8, 0.99, 3.355),
      (9, 0.90, 1.833), (9, 0.95, 2.262), (9, 0.99, 3.250), (9, 0.999, 4.781), (10, 0.95, 2.228), (15, 0.95, 2.131),
      (19, 0.95, 2.093), (20, 0.90, 1.725), (29, 0.95, 2.045), (30, 0.95, 2.042), (30, 0.999, 3.646), (60, 0.95, 2.000),
      (120, 0.95, 1.980), (120, 0.99, 2.617),
    ])
  func critical(degrees: Int, confidence: Double, expected: Double) {
    #expect(abs(StudentT.critical(confidence, degrees: degrees) - expected) < 0.0006)
  }

  @Test func `With one degree it is Cauchy's law, whose chances are known in whole`() {
    #expect(abs(StudentT.within(1, degrees: 1) - 0.5) < 1e-12)
    #expect(abs(StudentT.within(3.0.squareRoot(), degrees: 1) - 2.0 / 3) < 1e-12)
    #expect(StudentT.within(.infinity, degrees: 4) == 1)
    #expect(StudentT.within(0, degrees: 4) == 0)
  }

  @Test(arguments: 1...40) func `A critical value and its chance undo each other`(degrees: Int) {
    for confidence in [0.2, 0.5, 0.8, 0.95, 0.999] {
      let t = StudentT.critical(confidence, degrees: degrees)
      #expect(abs(StudentT.within(t, degrees: degrees) - confidence) < 1e-9)
    }
  }
}
