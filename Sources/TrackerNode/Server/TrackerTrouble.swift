import Control
import SwarmTime
import Wire

/// What a tracker answers while it is told to fail: as one whose program is broken, which happens to every tracker now
/// and then, so that peers must live with it.
extension TrackerTrouble {
  /// Instead of what was asked, over HTTP; nil where that is done.
  var answer: TrackerAnswer? {
    switch self {
    case .serverError:
      TrackerAnswer(
        status: 500, contentType: "text/html", body: Array("<html><body>Internal Server Error</body></html>\n".utf8),
        refusal: Self.reason)
    case .garbage: TrackerAnswer(body: Self.garbage, refusal: Self.reason)
    case .slow: nil
    }
  }

  /// Over UDP (BEP 15).
  ///
  /// - Parameter head: the question's first 16 bytes, of which the last four are its transaction. To fewer nothing is
  ///   said, nor is anything said that is longer than the question.
  func answer(toDatagram head: [UInt8]) -> TrackerAnswer? {
    guard let failure = answer else { return nil }
    guard head.count == 16 else { return TrackerAnswer(body: [], refusal: failure.refusal) }
    switch self {
    case .garbage: return TrackerAnswer(body: Array(Self.garbage.prefix(16)), refusal: failure.refusal)
    case .serverError, .slow:
      let transaction = head[12...].reduce(0) { $0 << 8 | UInt32($1) }
      let error = UDPTrackerResponse.error(transaction: transaction, "broken")
      return TrackerAnswer(body: error.encoded(.ipv4), refusal: failure.refusal)
    }
  }

  var delay: SwarmDuration {
    switch self {
    case .slow(let delay): delay
    case .serverError, .garbage: .zero
    }
  }

  private static let reason = "told to fail"

  /// No bencode, no text, and always the same.
  private static let garbage = (0..<96).map { UInt8(truncatingIfNeeded: 0x9E &+ $0 &* 0x3B) }
}
