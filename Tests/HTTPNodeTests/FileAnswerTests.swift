import HTTPNode
import NIOHTTP1
import Testing

/// What a request is answered with (RFC 9110).
@Suite struct FileAnswerTests {
  @Test(
    "A range is read as RFC 9110 has it; what is none, or more than one, is ignored",
    arguments: [
      (nil, .whole), ("bytes=0-99", .part(0..<100)), ("bytes=10-", .part(10..<1000)), ("bytes=-10", .part(990..<1000)),
      ("bytes=990-2000", .part(990..<1000)), ("bytes=-2000", .part(0..<1000)), ("bytes=999-999", .part(999..<1000)),
      ("bytes=1000-", .unsatisfiable), ("bytes=1000-1001", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=9-8", .whole), ("bytes=0-1,5-6", .whole), ("bytes=-", .whole), ("bytes=+1-2", .whole),
      ("bytes= 1-2", .whole), ("lines=1-2", .whole), ("bytes=99999999999999999999-", .whole),
    ] as [(String?, ByteRange)])
  func range(_ field: String?, _ expected: ByteRange) {
    #expect(ByteRange(field, size: 1000) == expected)
  }

  @Test(
    "Only a part that ends where the file ends makes a download whole",
    arguments: [
      ("bytes 100-199/200", true), ("bytes 100-149/200", false), ("bytes 100-199/*", false), ("bytes 100-199", false),
      ("bytes 100-/200", false), ("bytes */200", false), ("bytes 0-1/-9223372036854775808", false),
    ])
  func contentRange(_ field: String, _ isWhole: Bool) {
    #expect(ByteRange.reachesEnd(contentRange: field) == isWhole)
  }

  private struct Answer: Equatable {
    var status: UInt
    var length: String?
    var range: String?
    var body: Range<Int64>

    init(_ status: UInt, _ length: String?, _ range: String? = nil, body: Range<Int64> = 0..<0) {
      (self.status, self.length, self.range, self.body) = (status, length, range, body)
    }
  }

  @Test("Method, path and range decide status, length and body")
  func answers() {
    func answer(_ method: HTTPMethod, _ uri: String, _ range: String? = nil) -> Answer {
      var headers = HTTPHeaders([("Host", "127.64.0.1:7000")])
      if let range { headers.add(name: "Range", value: range) }
      let answer = FileAnswer(
        to: HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers), name: "film.bin", size: 1000
      )
      return Answer(
        answer.head.status.code, answer.head.headers.first(name: "Content-Length"),
        answer.head.headers.first(name: "Content-Range"), body: answer.body)
    }
    #expect(answer(.GET, "/film.bin") == Answer(200, "1000", body: 0..<1000))
    #expect(answer(.GET, "/film.bin?x=1") == Answer(200, "1000", body: 0..<1000))
    #expect(answer(.GET, "/%66ilm%2Ebin") == Answer(200, "1000", body: 0..<1000))
    #expect(answer(.GET, "/film.bin%") == Answer(404, "0"))
    #expect(answer(.HEAD, "/film.bin") == Answer(200, "1000"))
    #expect(answer(.GET, "/film.bin", "bytes=400-") == Answer(206, "600", "bytes 400-999/1000", body: 400..<1000))
    #expect(answer(.GET, "/film.bin", "bytes=1000-") == Answer(416, "0", "bytes */1000"))
    #expect(answer(.GET, "/other.bin") == Answer(404, "0"))
    #expect(answer(.POST, "/film.bin") == Answer(405, "0"))
  }
}
