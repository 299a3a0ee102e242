import Wire

/// Finds what passes between peers and trackers over UDP (BEP 15), on whatever port.
///
/// An announce has no mark of its own: a tracker is an address to which somebody sent a connect request, which has one.
/// So what was sent to a tracker before the first such request in the capture is not recognised; ids of connections last
/// two minutes at most, so requests are frequent. What else passes there must have a tracker's form: anybody may send a
/// connect request to anybody, and who speaks uTP from that port is heard all the same.
struct TrackerDatagrams {
  private struct Place: Hashable {
    var address: IPAddress
    var port: UInt16
  }

  enum Finding {
    case announce(TracedAnnounce)
    /// Another question to a tracker.
    case question
    case answer
  }

  /// As many as are remembered.
  private static let mostTrackers = 1 << 12
  /// A connection, an action, a transaction and one info-hash.
  private static let scrapeSize = 16 + 20
  private var trackers: Set<Place> = []

  /// - Returns: nil for what is none of a tracker's. An announce that is sent again is found again.
  mutating func take(_ datagram: UDPDatagram, _ stamp: Stamp) -> Finding? {
    let bytes = datagram.payload
    let target = Place(address: datagram.destination, port: datagram.destinationPort)
    if Self.isConnect(bytes), trackers.count < Self.mostTrackers {
      trackers.insert(target)
      return .question
    }
    if trackers.contains(target), let question = Self.question(datagram, stamp) { return question }
    let source = Place(address: datagram.source, port: datagram.sourcePort)
    return trackers.contains(source) && Self.isAnswer(bytes) ? .answer : nil
  }

  /// BEP 15: a connect request, an announce or a scrape, the action behind eight bytes that name the connection.
  private static func question(_ datagram: UDPDatagram, _ stamp: Stamp) -> Finding? {
    let bytes = datagram.payload
    guard bytes.count >= UDPTrackerRequest.connectSize else { return nil }
    return switch bytes.word32(8) {
    case 0: isConnect(bytes) ? .question : nil
    case 1 where datagram.payloadLength >= UDPTrackerRequest.announceSize:
      announce(datagram, stamp).map(Finding.announce) ?? .question
    case 2 where datagram.payloadLength >= scrapeSize: .question
    default: nil
    }
  }

  /// BEP 15: an action from connect to error, and a transaction. A header of uTP has its version in the first word.
  private static func isAnswer(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count >= 8 && bytes.word32(0) <= 3 }

  private static func isConnect(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= UDPTrackerRequest.connectSize && bytes.word64(0) == UDPTrackerRequest.protocolID
      && bytes.word32(8) == 0
  }

  /// Leniently read: numbers below zero are told as they are.
  private static func announce(_ datagram: UDPDatagram, _ stamp: Stamp) -> TracedAnnounce? {
    let bytes = datagram.payload
    guard bytes.count >= UDPTrackerRequest.announceSize else { return nil }
    let events = ["", "completed", "started", "stopped"]
    let event = Int(bytes.word32(80))
    return TracedAnnounce(
      time: stamp.time, frame: stamp.frame, connection: -1, source: datagram.source.text,
      infoHash: Array(bytes[16..<36]), peerID: Array(bytes[36..<56]), port: bytes.word16(96),
      uploaded: Int64(bitPattern: bytes.word64(72)), downloaded: Int64(bitPattern: bytes.word64(56)),
      left: Int64(bitPattern: bytes.word64(64)), event: events.indices.contains(event) ? events[event] : "")
  }
}
