/// Bytes by which a stream's content is known.
enum Opening {
  struct Mark {
    var bytes: [UInt8]

    /// Whether `stream` starts with the mark, or could once more of it is there.
    func starts(_ stream: [UInt8]) -> Bool { zip(bytes, stream).allSatisfy { $0 == $1 } }

    func find(in stream: [UInt8]) -> Int? {
      guard stream.count >= bytes.count else { return nil }
      return (0...stream.count - bytes.count).first { start in
        stream[start] == bytes[0] && stream[start..<start + bytes.count].elementsEqual(bytes)
      }
    }
  }

  /// Bytes of a handshake: name, 8 reserved, info-hash, peer id (BEP 3).
  static let handshakeSize = 68

  /// BEP 3: a byte 19, then the protocol's name.
  static let handshake = Mark(bytes: [19] + Array("BitTorrent protocol".utf8))
  static let httpRequest = Mark(bytes: Array("GET ".utf8))
  static let httpResponse = Mark(bytes: Array("HTTP/1.".utf8))
  static let marks = [handshake, httpRequest, httpResponse]
}
