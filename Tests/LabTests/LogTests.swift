import Lab
import Testing

@Suite("Logs and lines")
struct LogTests {
  @Test("a log beyond its bound is cut there, with a notice")
  func capped() async throws {
    try await withTemporaryFolder { folder in
      var log = try CappedLog(path: "\(folder)/log", limit: 100_000)
      let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 65536)
      for _ in 0..<1000 { chunk.withUnsafeBytes { log.append($0) } }
      let bytes = try #require(contents(of: "\(folder)/log"))
      #expect(bytes.count == 100_000 + CappedLog.notice.utf8.count)
      #expect(CappedLog.lastLines(of: "\(folder)/log", count: 1) == [CappedLog.notice.split(separator: "\n").joined()])
    }
  }

  @Test("lines are cut however the bytes come, and one beyond the bound is dropped whole")
  func lines() {
    var cutter = LineCutter(limit: 10)
    var found: [String] = []
    for part in ["one\ntw", "o\n", "\n", "a line that is too long", " by far\nfour\nfi"] {
      Array(part.utf8).withUnsafeBytes { cutter.add($0) { found.append($0) } }
    }
    #expect(found == ["one", "two", "four"])
  }

  @Test("listening sockets are read from the kernel's table")
  func sockets() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100407F:1B58 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
         1: 0101407F:1B58 0100407F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
      """
    let any = """
        sl  local_address                         remote_address                        st
         0: 00000000000000000000000000000000:1B59 00000000000000000000000000000000:0000 0A
         1: 0000000000000000FFFF00000105407F:1B58 00000000000000000000000000000000:0000 0A
      """
    let sockets = ListeningSockets(tables: [table, any])
    #expect(sockets.contains(address: "127.64.0.1", port: 7000))
    #expect(!sockets.contains(address: "127.64.1.1", port: 7000))
    #expect(sockets.contains(address: "127.64.5.1", port: 7000))
    #expect(sockets.contains(address: "127.64.9.1", port: 7001))
    #expect(!sockets.contains(address: "127.64.0.1", port: 7002))
  }
}
