import SwarmTime
import Wire

/// The same table over UDP (BEP 15).
extension TrackerService {
  /// An answer to an IPv4 peer fits a datagram of 1,472 bytes, which Ethernet carries in one piece.
  static let mostPeersInDatagram = 240
  private static let mostPeersInIPv6Datagram = 80

  /// - Parameter source: the address from which it came, without its port.
  /// - Returns: nil where nothing is to be sent. No answer is longer than its question but to one who has shown, by a
  ///   connection id, that it receives at that address; so nobody can be flooded by way of this tracker.
  mutating func answer(datagram: some RandomAccessCollection<UInt8>, from source: String, at now: SwarmInstant)
    -> TrackerAnswer?
  {
    let family: UDPTrackerResponse.Family = source.contains(":") ? .ipv6 : .ipv4
    let request: UDPTrackerRequest
    do { request = try UDPTrackerRequest(parsing: datagram) } catch {
      noteRefusal()
      return complaint(error.description, to: Array(datagram.prefix(16)), from: source, family, at: now)
    }
    switch request {
    case .connect(let transaction):
      let answer = UDPTrackerResponse.connect(transaction: transaction, connection: ids.id(for: source, at: now))
      return TrackerAnswer(body: answer.encoded(family))
    case .announce(let connection, let transaction, let request):
      guard ids.isValid(connection, from: source, at: now) else { return refuse(transaction, family) }
      return announce(request, transaction, source, family, now)
    case .scrape(let connection, let transaction, let request):
      guard ids.isValid(connection, from: source, at: now) else { return refuse(transaction, family) }
      let figures = request.infoHashes.map { table.figures($0, at: now) }
      return TrackerAnswer(
        body: UDPTrackerResponse.scrape(
          transaction: transaction,
          figures.map {
            UDPTrackerResponse.Figures(complete: $0.complete, downloaded: $0.downloaded, incomplete: $0.incomplete)
          }
        ).encoded(family))
    }
  }

  private mutating func announce(
    _ request: AnnounceRequest, _ transaction: UInt32, _ source: String, _ family: UDPTrackerResponse.Family,
    _ now: SwarmInstant
  ) -> TrackerAnswer {
    var limited = request
    let most = family == .ipv4 ? Self.mostPeersInDatagram : Self.mostPeersInIPv6Datagram
    limited.numwant = min(request.numwant ?? most, most)
    let response = answer(announce: limited, from: source, at: now)
    if let reason = response.failureReason {
      noteRefusal()
      let answer = UDPTrackerResponse.error(transaction: transaction, reason)
      return TrackerAnswer(body: answer.encoded(family), refusal: reason)
    }
    let answer = UDPTrackerResponse.announce(transaction: transaction, response)
    return TrackerAnswer(body: answer.encoded(family), announce: (request, response))
  }

  /// BEP 15 leaves a wrong id to the tracker. An error lets an honest peer, whose id has expired, connect anew at once
  /// instead of waiting; of 31 bytes, it is shorter than any announce or scrape.
  private mutating func refuse(_ transaction: UInt32, _ family: UDPTrackerResponse.Family) -> TrackerAnswer {
    noteRefusal()
    let reason = "connection id not valid"
    let answer = UDPTrackerResponse.error(transaction: transaction, reason)
    return TrackerAnswer(body: answer.encoded(family), refusal: reason)
  }

  /// Why a datagram could not be read, told to one with a valid connection id only.
  private mutating func complaint(
    _ reason: String, to head: [UInt8], from source: String, _ family: UDPTrackerResponse.Family, at now: SwarmInstant
  ) -> TrackerAnswer {
    guard head.count == 16 else { return TrackerAnswer(body: [], refusal: reason) }
    let number = head[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    guard ids.isValid(number, from: source, at: now) else { return TrackerAnswer(body: [], refusal: reason) }
    let transaction = head[12...].reduce(0) { $0 << 8 | UInt32($1) }
    let answer = UDPTrackerResponse.error(transaction: transaction, reason)
    return TrackerAnswer(body: answer.encoded(family), refusal: reason)
  }
}
