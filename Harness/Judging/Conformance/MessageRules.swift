import Dissection
import Planning
import Wire

/// Lengths and ranges: rules that need one message and the payload's measure only.
struct MessageRules {
  /// 0 where the payload is unknown.
  let pieceCount: Int
  let pieceLength: Int64
  let totalLength: Int64

  /// Mainline and its heirs close a connection that asks for more.
  static let largestBlock: Int32 = 128 * 1024
  static let largestExtended: UInt32 = 2 * 1024 * 1024

  init(_ scene: Scene) {
    pieceCount = scene.holdings.pieceCount
    pieceLength = scene.plan.payload.pieceLengthBytes
    totalLength = scene.plan.payload.sizeBytes
  }

  /// What the length prefix should have been; nil where it is right or nothing is known of the kind.
  func wrongLength(_ message: TracedMessage) -> String? {
    guard let kind = message.kind else { return nil }
    if let fixed = kind.fixedLength { return message.prefix == fixed ? nil : "\(fixed)" }
    switch kind {
    case .bitfield:
      let exact = UInt32(1 + (pieceCount + 7) / 8)
      return pieceCount == 0 || message.prefix == exact ? nil : "\(exact)"
    case .piece:
      let largest = UInt32(9 + Self.largestBlock)
      return (10...largest).contains(message.prefix) ? nil : "10 to \(largest)"
    case .extended: return (2...Self.largestExtended).contains(message.prefix) ? nil : "2 to \(Self.largestExtended)"
    default: return nil
    }
  }

  /// Bits beyond the last piece must be zero (BEP 3).
  func hasSpareBits(_ bytes: [UInt8]) -> Bool {
    guard pieceCount % 8 != 0, bytes.count == (pieceCount + 7) / 8, let last = bytes.last else { return false }
    return last & (0xFF >> UInt8(pieceCount % 8)) != 0
  }

  /// Whether what the message names exists. A length that the capture lacks is not judged.
  func isInRange(_ message: TracedMessage) -> Bool {
    guard pieceCount > 0, let kind = message.kind else { return true }
    switch kind {
    case .have, .suggest, .allowedFast: return (0..<pieceCount).contains(Int(message.piece))
    case .request, .cancel, .reject, .piece:
      guard (0..<pieceCount).contains(Int(message.piece)), message.begin >= 0 else { return false }
      if message.missing > 0, kind != .piece { return true }
      let start = Int64(message.piece) * pieceLength
      let size = min(pieceLength, totalLength - start)
      guard message.length > 0, Int64(message.begin) + Int64(message.length) <= size else { return false }
      return kind != .request || message.length <= Self.largestBlock
    default: return true
    }
  }
}
