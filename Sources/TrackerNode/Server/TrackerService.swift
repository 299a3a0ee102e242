import Control
import SwarmTime
import Wire

/// What goes back: over HTTP a body with its head, over UDP a datagram, which is not sent if it is empty.
struct TrackerAnswer {
  var status = 200
  var contentType = "text/plain"
  var body: [UInt8]
  /// What an announce asked and got, for the log of events.
  var announce: (request: AnnounceRequest, response: AnnounceResponse)?
  /// Why a request was refused.
  var refusal: String?
  /// How long it is held back.
  var delay = SwarmDuration.zero
}

/// From a request's method and target, or a datagram, to an answer, without I/O.
struct TrackerService {
  var table: TrackerTable
  let ids = ConnectionIDs()
  private var announces = 0
  private var refusals = 0

  init(_ settings: TrackerSettings) { table = TrackerTable(settings) }

  mutating func answer(method: String, target: String, from source: String, at now: SwarmInstant) -> TrackerAnswer {
    guard method == "GET" else { return refuse("the method is \(method), expected GET", status: 405) }
    let (path, query) = Self.split(target)
    switch path {
    case "/announce": return announce(query, source, now)
    case "/scrape": return scrape(query, now)
    case "/stats", "/stats.json":
      return TrackerAnswer(contentType: "application/json", body: Array(stats(now).text.utf8) + [0x0A])
    default: return refuse("there is /announce, /scrape and /stats, but no \(path.prefix(80))", status: 404)
    }
  }

  mutating func noteRefusal() { refusals += 1 }

  /// - Parameter status: 200 for a question that was understood as far as being one to a tracker: clients look for BEP
  ///   3's `failure reason` in no other answer.
  mutating func refuse(_ reason: String, status: Int = 400) -> TrackerAnswer {
    noteRefusal()
    return TrackerAnswer(status: status, body: AnnounceResponse.failure(reason).encoded(compact: true), refusal: reason)
  }

  private mutating func announce(_ query: Substring, _ source: String, _ now: SwarmInstant) -> TrackerAnswer {
    let request: AnnounceRequest
    do { request = try AnnounceRequest(query: query) } catch { return refuse(error.description, status: 200) }
    let response = answer(announce: request, from: source, at: now)
    if let reason = response.failureReason { return refuse(reason, status: 200) }
    var told = response
    if request.noPeerID { for index in told.peers.indices { told.peers[index].peerID = nil } }
    // BEP 23 advises the short form unless the peer refuses it.
    return TrackerAnswer(body: told.encoded(compact: request.compact ?? true), announce: (request, response))
  }

  /// For either protocol.
  mutating func answer(
    announce request: AnnounceRequest, from source: String, at now: SwarmInstant
  ) -> AnnounceResponse {
    announces += 1
    return table.announce(request, from: source, at: now)
  }

  private mutating func scrape(_ query: Substring, _ now: SwarmInstant) -> TrackerAnswer {
    do {
      return TrackerAnswer(body: table.scrape(try ScrapeRequest(query: query), at: now).encoded)
    } catch { return refuse(error.description, status: 200) }
  }

  private mutating func stats(_ now: SwarmInstant) -> JSONValue {
    let files = table.scrape(ScrapeRequest(infoHashes: []), at: now).files
    let torrents = files.map { file -> JSONValue in
      [
        "infoHash": .string(hexadecimal(file.infoHash)), "seeds": .integer(Int64(file.complete)),
        "leechers": .integer(Int64(file.incomplete)), "completed": .integer(Int64(file.downloaded)),
      ]
    }
    return [
      "seeds": .integer(Int64(files.reduce(0) { $0 + $1.complete })),
      "leechers": .integer(Int64(files.reduce(0) { $0 + $1.incomplete })),
      "announces": .integer(Int64(announces)), "refusals": .integer(Int64(refusals)),
      "swarmSeconds": .decimal(now.seconds), "torrents": .array(torrents),
    ]
  }

  /// Path and query of a request's target, which may be a whole address (RFC 9112, section 3.2.2).
  private static func split(_ target: String) -> (path: Substring, query: Substring) {
    var rest = target[...]
    if rest.hasPrefix("http://") {
      rest = rest.dropFirst("http://".count)
      rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
    }
    guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (rest, "") }
    return (rest[..<mark], rest[rest.utf8.index(after: mark)...])
  }
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
