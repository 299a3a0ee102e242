import Wire

/// A tracker that knows one peer: it answers every announce for the torrent with one address, so that a client comes to it.
///
/// For clients that are told of peers in no other way. HTTP (BEP 3), one request for each connection.
struct AnnounceResponder: Sendable {
  let infoHash: [UInt8]
  let peer: TrackerPeer

  /// Seconds until the client asks again.
  private static let interval = 5
  /// Longest head of a request, in bytes.
  private static let longest = 16384

  /// The answer to what a client sent so far; nil while its request is not whole.
  ///
  /// - Parameter reached: our address by which the client came: that of a peer which listens at all of ours.
  func answer(_ request: [UInt8], reached: String) -> [UInt8]? {
    let end = Array("\r\n\r\n".utf8)
    guard request.count < Self.longest else { return Self.response("431 Request Header Fields Too Large", []) }
    guard request.count >= 4, request.indices.dropLast(3).contains(where: { request[$0..<$0 + 4].elementsEqual(end) })
    else { return nil }
    let line = String(decoding: request.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "GET" else { return Self.response("400 Bad Request", []) }
    let target = words[1].split(separator: "?", maxSplits: 1)
    guard target.count == 2, target[0].hasSuffix("announce") else { return Self.response("404 Not Found", []) }
    do {
      let announce = try AnnounceRequest(query: target[1])
      let isAnywhere = peer.address == "0.0.0.0" || peer.address == "::"
      let told = isAnywhere ? TrackerPeer(address: reached, port: peer.port) : peer
      var answer = AnnounceResponse(interval: Self.interval, complete: 1, incomplete: 1, peers: [told])
      if peer.address == "0.0.0.0" && reached.contains(":") {
        answer = .failure("this peer is reached by IPv4 only: come to the tracker by IPv4")
      }
      if announce.infoHash != infoHash { answer = .failure("another torrent is played here") }
      return Self.response("200 OK", answer.encoded(compact: announce.compact ?? true))
    } catch {
      return Self.response("200 OK", AnnounceResponse.failure("\(error)").encoded(compact: true))
    }
  }

  private static func response(_ status: String, _ body: [UInt8]) -> [UInt8] {
    let fields = ["Content-Type: text/plain", "Content-Length: \(body.count)", "Connection: close"]
    return Array((["HTTP/1.1 \(status)"] + fields + ["", ""]).joined(separator: "\r\n").utf8) + body
  }
}
