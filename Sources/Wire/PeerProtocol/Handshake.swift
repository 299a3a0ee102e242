/// The first 68 bytes of each side of a connection (BEP 3), with the reserved bits of BEP 6 and BEP 10.
public struct Handshake: Hashable, Sendable {
  /// Of the torrent: 20 bytes.
  public let infoHash: [UInt8]
  /// Of the sender: 20 bytes.
  public let peerID: [UInt8]
  /// 8 bytes of bits for extensions.
  public var reserved: [UInt8]

  public static let size = 68
  /// The length byte and the protocol's name.
  public static let prefix: [UInt8] = [19] + Array("BitTorrent protocol".utf8)

  /// A handshake that offers the extension protocol (BEP 10) and, unless told otherwise, the fast extension (BEP 6).
  ///
  /// - Precondition: both arrays have 20 bytes.
  public init(infoHash: [UInt8], peerID: [UInt8], offersFast: Bool = true) {
    self.init(infoHash: infoHash, peerID: peerID, reserved: [0, 0, 0, 0, 0, 0x10, 0, offersFast ? 0x04 : 0])
  }

  /// - Precondition: 20, 20 and 8 bytes.
  public init(infoHash: [UInt8], peerID: [UInt8], reserved: [UInt8]) {
    precondition(infoHash.count == 20 && peerID.count == 20 && reserved.count == 8)
    self.infoHash = infoHash
    self.peerID = peerID
    self.reserved = reserved
  }

  /// Reads the handshake at the front of `bytes`; nil when there are too few, or it is not BitTorrent's.
  public init?(parsing bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.size, Self.isPossible(bytes) else { return nil }
    reserved = Array(bytes[20..<28])
    infoHash = Array(bytes[28..<48])
    peerID = Array(bytes[48..<68])
  }

  /// Whether the bytes so far, however few, can be the beginning of a handshake.
  public static func isPossible(_ bytes: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<min(bytes.count, prefix.count) where bytes[index] != prefix[index] { return false }
    return true
  }

  public var supportsFast: Bool { reserved[7] & 0x04 != 0 }
  public var supportsExtensions: Bool { reserved[5] & 0x10 != 0 }

  public var encoded: [UInt8] { Self.prefix + reserved + infoHash + peerID }
}
