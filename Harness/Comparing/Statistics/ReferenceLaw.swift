import SwarmTime

/// What the mean of a sample, in units of its standard error, is held against: Student's law, or from 20 values on the
/// sample's own, drawn from it again and again.
///
/// The bootstrap is the symmetric one of the studentised mean (Hall 1988): a percentile bootstrap of few values is too
/// narrow (of 5 it covers 84 % where 95 % are said).
public enum ReferenceLaw: Sendable {
  case student(degrees: Int)
  /// Sorted |t| of the resamples.
  case bootstrap([Double])

  /// Values from which on a sample speaks for itself.
  public static let bootstrapFrom = 20
  private static let resamples = 1999
  /// Of the sample's deviation, that a resample must have.
  private static let leastSpread = 0.1

  /// - Parameter sample: of at least two values.
  public init(_ sample: Sample, randomSeed: UInt64) {
    let student = ReferenceLaw.student(degrees: max(1, sample.count - 1))
    guard sample.count >= Self.bootstrapFrom, !sample.isConstant else {
      self = student
      return
    }
    var random = RandomSource(seed: randomSeed)
    var drawn: [Double] = []
    drawn.reserveCapacity(Self.resamples)
    let (values, n) = (sample.values, Double(sample.count))
    var resample = values
    for _ in 0..<Self.resamples {
      var sum = 0.0
      for place in values.indices {
        resample[place] = values[random.below(values.count)] - sample.mean
        sum += resample[place]
      }
      // In a second pass: of a sum of squares less the square of a sum, equal values would leave rounding.
      let mean = sum / n
      var squares = 0.0
      for value in resample { squares += (value - mean) * (value - mean) }
      let deviation = (squares / (n - 1)).squareRoot()
      // A resample with next to nothing of the spread says nothing of it: its |t| is rounding, or one near value.
      guard deviation > Self.leastSpread * sample.deviation else { continue }
      drawn.append(abs(mean) / (deviation / n.squareRoot()))
    }
    // Where many say nothing, so few values make the spread that the sample cannot speak for itself: the ends of an
    // interval would be where those resamples are.
    let silent = Self.resamples - drawn.count
    self = Double(silent) < PairedDifference.alpha * Double(Self.resamples) ? .bootstrap(drawn.sorted()) : student
  }

  public var isBootstrap: Bool { if case .bootstrap = self { true } else { false } }

  /// The |t| that is not passed with the chance `confidence`.
  public func critical(_ confidence: Double) -> Double {
    switch self {
    case .student(let degrees): return StudentT.critical(confidence, degrees: degrees)
    case .bootstrap(let drawn):
      let place = Int((confidence * Double(drawn.count + 1)).rounded(.up)) - 1
      return drawn[max(0, min(drawn.count - 1, place))]
    }
  }

  /// The chance of a |t| so large or larger.
  public func tail(_ t: Double) -> Double {
    switch self {
    case .student(let degrees): return max(0, 1 - StudentT.within(t, degrees: degrees))
    case .bootstrap(let drawn):
      var (low, high) = (0, drawn.count)
      while low < high {
        let middle = (low + high) / 2
        if drawn[middle] < t { low = middle + 1 } else { high = middle }
      }
      return Double(drawn.count - low + 1) / Double(drawn.count + 1)
    }
  }
}
