import Control
import SwarmTime
import Testing

@Suite("Lines of the control channel")
struct ControlLineTests {
  @Test(
    "Reports have the lines that the protocol states",
    arguments: [
      (ControlReport.hello(version: 1, processID: 7), #"{"hello":{"protocol":1,"pid":7}}"#),
      (.listening(address: "127.64.0.1:7000"), #"{"listening":{"address":"127.64.0.1:7000"}}"#),
      (.completed, #"{"completed":{}}"#),
      (.stopped(reason: "ordered"), #"{"stopped":{"reason":"ordered"}}"#),
      (.error(code: "port-in-use", text: "a \"b\"\n\\"), #"{"error":{"code":"port-in-use","text":"a \"b\"\n\\"}}"#),
    ])
  func reports(_ report: ControlReport, _ line: String) throws {
    #expect(report.line == line)
    #expect(try ControlReport(line: line) == report)
  }

  @Test(
    "Orders have the lines that the protocol states",
    arguments: [
      (
        ControlOrder.start(SwarmClock(zeroMonotonicNanoseconds: 9_007_199_254_740_993, speed: 10)),
        #"{"start":{"zeroMonotonicNanoseconds":9007199254740993,"speed":10.0}}"#
      ),
      (.join, #"{"join":{}}"#),
      (.leave, #"{"leave":{}}"#),
      (
        .setRate(upload: .init(bytesPerSecond: 262_144, burstBytes: 32_768), download: nil),
        #"{"setRate":{"upload":262144,"uploadBurst":32768,"download":null,"downloadBurst":null}}"#
      ),
      (
        .setRate(upload: nil, download: .init(bytesPerSecond: 1)),
        #"{"setRate":{"upload":null,"uploadBurst":null,"download":1,"downloadBurst":null}}"#
      ),
      (.fail(nil), #"{"fail":{"with":null}}"#), (.fail(.serverError), #"{"fail":{"with":"server-error"}}"#),
      (.fail(.garbage), #"{"fail":{"with":"garbage"}}"#),
      (.fail(.slow(.seconds(3))), #"{"fail":{"with":"delay","nanoseconds":3000000000}}"#),
      (
        .rebind(address: "127.64.0.2:7000", mode: "abrupt", peerID: nil),
        #"{"rebind":{"address":"127.64.0.2:7000","mode":"abrupt","peerID":null}}"#
      ),
      (
        .rebind(address: "127.64.0.2:7000", mode: "polite", peerID: "-SL0001-abcdefghijkl"),
        #"{"rebind":{"address":"127.64.0.2:7000","mode":"polite","peerID":"-SL0001-abcdefghijkl"}}"#
      ),
      (.stop, #"{"stop":{}}"#),
    ])
  func orders(_ order: ControlOrder, _ line: String) throws {
    #expect(order.line == line)
    #expect(try ControlOrder(line: line) == order)
  }

  @Test("A line may have spaces, other members, whole numbers for speeds, and a carriage return")
  func lenient() throws {
    let line = " { \"start\" : {\"speed\": 5, \"zeroMonotonicNanoseconds\": -3, \"later\": [1, {}]} } \r"
    #expect(try ControlOrder(line: line) == .start(SwarmClock(zeroMonotonicNanoseconds: -3, speed: 5)))
    #expect(
      try ControlOrder(line: #"{"setRate":{"upload":1}}"#)
        == .setRate(upload: .init(bytesPerSecond: 1), download: nil))
  }

  @Test(
    "A line that is no order is refused",
    arguments: [
      "", "join", "\"join\"", "[]", "{}", #"{"join":null}"#, #"{"join":{},"leave":{}}"#, #"{"fly":{}}"#,
      #"{"start":{"zeroMonotonicNanoseconds":0,"speed":0}}"#,
      #"{"start":{"zeroMonotonicNanoseconds":0,"speed":1e300}}"#,
      #"{"start":{"zeroMonotonicNanoseconds":0.5,"speed":1}}"#, #"{"start":{"speed":1}}"#,
      #"{"start":{"zeroMonotonicNanoseconds":9223372036854775808,"speed":1}}"#,
      #"{"setRate":{"upload":-1}}"#, #"{"setRate":{"upload":"1 MiB"}}"#,
      #"{"setRate":{"upload":1,"uploadBurst":-1}}"#, #"{"setRate":{"uploadBurst":65536}}"#,
      #"{"fail":{"with":"grace"}}"#, #"{"fail":{"with":"delay"}}"#, #"{"fail":{"with":"delay","nanoseconds":-1}}"#,
      #"{"rebind":{"address":"1.2.3.4:5","mode":"sudden"}}"#, #"{"rebind":{"address":7,"mode":"polite"}}"#,
      #"{"stop":{}} {"stop":{}}"#, #"{"stop":{}"#,
    ])
  func refusedOrders(_ line: String) {
    #expect(throws: ControlError.self) { try ControlOrder(line: line) }
  }

  @Test(
    "A line that is no report is refused",
    arguments: [#"{"hello":{"pid":7}}"#, #"{"hello":{"protocol":1,"pid":99999999999}}"#, #"{"listening":{}}"#, "hello"])
  func refusedReports(_ line: String) {
    #expect(throws: ControlError.self) { try ControlReport(line: line) }
  }

  @Test("The error names what was expected and what came")
  func errorText() throws {
    let error = try #require(throws: ControlError.self) { try ControlOrder(line: #"{"setRate":{"upload":"x"}}"#) }
    #expect(error.expected == "a whole number in setRate.upload")
    #expect(error.description.hasSuffix(#"found "{\"setRate\":{\"upload\":\"x\"}}""#))
  }

  @Test("Lines come whole however the bytes are split, and a rest without line feed is none", arguments: 1...9)
  func splitting(_ size: Int) {
    let bytes = Array("one\n\ntwo ü\nthree".utf8)
    var splitter = LineSplitter()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      splitter.add(bytes[start..<min(start + size, bytes.count)])
      while let line = splitter.next() { lines.append(line) }
    }
    #expect(lines == ["one", "", "two ü"])
  }

  @Test("A line without end is cut, so that it takes no memory without end")
  func longLine() throws {
    var splitter = LineSplitter()
    splitter.add(repeatElement(UInt8(ascii: "x"), count: LineSplitter.maximumLineSize * 3))
    splitter.add("\nnext\n".utf8)
    let first = splitter.next()
    let long = try #require(first)
    #expect(long.utf8.count == LineSplitter.maximumLineSize)
    let second = splitter.next()
    #expect(second == "next")
    let third = splitter.next()
    #expect(third == nil)
  }
}
