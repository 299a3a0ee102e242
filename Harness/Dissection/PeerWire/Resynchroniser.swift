/// Looks for the next message boundary in a stream that was lost: after a hole, or from the middle.
struct Resynchroniser {
  private(set) var held = MarkedBuffer()
  /// Bytes given up before those held.
  private(set) var skipped: Int64 = 0
  private var scanned: Int
  /// Positions whose chain of headers goes on beyond what is held, and how much must be held to tell more.
  private var candidates: [(position: Int, needs: Int)] = []

  /// At most this much is held.
  static let limit = 256 << 10

  /// - Parameter notBefore: so many bytes are known to hold no boundary.
  init(notBefore: Int = 0) { scanned = notBefore }

  mutating func append(_ bytes: UnsafeRawBufferPointer, _ stamp: Stamp) {
    held.append(bytes, stamp)
    guard held.count > Self.limit else { return }
    let surplus = held.count - Self.limit / 2
    held.removeFirst(surplus)
    skipped += Int64(surplus)
    scanned = max(0, scanned - surplus)
    candidates = candidates.compactMap {
      $0.position >= surplus ? ($0.position - surplus, $0.needs - surplus) : nil
    }
  }

  /// The first position held where a chain of plausible headers starts.
  mutating func search(pieces: UInt32?) -> Int? {
    let bytes = held.bytes
    return bytes.withUnsafeBytes { bytes in
      var waiting: [(position: Int, needs: Int)] = []
      for candidate in candidates {
        guard bytes.count >= candidate.needs else {
          waiting.append(candidate)
          continue
        }
        switch Plausibility.chain(bytes, from: candidate.position, pieces: pieces) {
        case .holds: return candidate.position
        case .needsMore(let needs): waiting.append((candidate.position, needs))
        case .broken: break
        }
      }
      // A header needs five bytes to be judged by; lengths beyond 2 MiB have other first bytes.
      while scanned + 5 <= bytes.count {
        let position = scanned
        scanned += 1
        guard bytes[position] == 0 && bytes[position + 1] <= 0x20 && bytes[position + 4] <= 20 else { continue }
        switch Plausibility.chain(bytes, from: position, pieces: pieces) {
        case .holds: return position
        case .needsMore(let needs): waiting.append((position, needs))
        case .broken: break
        }
      }
      candidates = waiting
      return nil
    }
  }
}
