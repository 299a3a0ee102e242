import Foundation
import SwarmTime
import Testing
import Wire

/// The program beside the test bundle; absent where only this target was built.
private let programPath: String? = {
  guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
  let path = URL(filePath: own).deletingLastPathComponent().appending(path: "swarm-tracker").path
  return FileManager.default.isExecutableFile(atPath: path) ? path : nil
}()

@Suite(
  "The program swarm-tracker", .enabled(if: programPath != nil, "swarm-tracker is not built beside the tests"),
  .timeLimit(.minutes(2)))
struct TrackerProgramTests {
  @Test("Led over the control channel it reports, takes the clock, answers, and ends when ordered")
  func controlled() throws {
    let program = try Program(["--listen", "127.0.0.1:0", "--control", "stdin", "--interval", "30"])
    let pid = program.processID
    #expect(program.line() == #"{"hello":{"protocol":1,"pid":\#(pid)}}"#)
    let port = try #require(program.listeningPort())
    // Zero lies a hundred real seconds back: a thousand swarm seconds.
    let zero = SwarmClock.monotonicNanoseconds() - 100_000_000_000
    program.order(#"{"start":{"zeroMonotonicNanoseconds":\#(zero),"speed":10}}"#)
    program.order("nonsense")
    #expect(program.line()?.hasPrefix(#"{"error":{"code":"bad-order""#) == true)
    program.order(#"{"join":{}}"#)
    #expect(program.line()?.hasPrefix(#"{"error":{"code":"unexpected-order""#) == true)
    let client = try HTTPClient(port: port)
    let response = try AnnounceResponse(parsing: client.get(TrackerServerTests.target(1)).body)
    #expect(response.interval == 30)
    let stats = try JSONSerialization.jsonObject(with: Data(client.get("/stats").body)) as? [String: Any]
    let seconds = try #require(stats?["swarmSeconds"] as? Double)
    #expect(seconds >= 1000 && seconds < 2200)
    program.order(#"{"stop":{}}"#)
    #expect(program.line() == #"{"stopped":{"reason":"ordered"}}"#)
    #expect(program.line() == nil)
    #expect(try client.isClosed())
    #expect(program.status() == 0)
  }

  @Test("It speaks UDP, or both protocols on one port, when told to", arguments: ["udp", "both"])
  func protocols(_ name: String) throws {
    let program = try Program(["--listen", "127.0.0.1:0", "--control", "stdin", "--protocol", name])
    _ = program.line()
    let port = try #require(program.listeningPort())
    _ = try UDPClient(port: port).connect()
    #expect((try? HTTPClient(port: port).get("/stats").status) == (name == "both" ? 200 : nil))
    program.order(#"{"stop":{}}"#)
    #expect(program.line() == #"{"stopped":{"reason":"ordered"}}"#)
    #expect(program.status() == 0)
  }

  @Test("The end of the control channel ends it", arguments: [false, true])
  func endOfInput(_ isEmptyFile: Bool) throws {
    let program = try Program(
      ["--listen", "127.0.0.1:0", "--control", "stdin"], input: isEmptyFile ? .nullDevice : nil)
    _ = program.line()
    _ = program.line()
    program.closeInput()
    #expect(program.line() == #"{"stopped":{"reason":"control-closed"}}"#)
    #expect(program.status() == 0)
  }

  @Test("SIGTERM and SIGINT end it in good order", arguments: [SIGTERM, SIGINT])
  func signals(_ number: Int32) throws {
    let program = try Program(["--listen", "127.0.0.1:0", "--control", "stdin"])
    _ = program.line()
    _ = try #require(program.listeningPort())
    kill(program.processID, number)
    #expect(program.line() == #"{"stopped":{"reason":"\#(number == SIGTERM ? "SIGTERM" : "SIGINT")"}}"#)
    #expect(program.status() == 0)
  }

  @Test("A taken port is reported in words for programs and for people, with status 75")
  func portInUse() throws {
    let first = try Program(["--listen", "127.0.0.1:0", "--control", "stdin"])
    _ = first.line()
    let port = try #require(first.listeningPort())
    let second = try Program(["--listen", "127.0.0.1:\(port)", "--control", "stdin"])
    _ = second.line()
    #expect(second.line()?.hasPrefix(#"{"error":{"code":"port-in-use","text":"127.0.0.1:\#(port) is taken"#) == true)
    #expect(second.status() == 75)
    let byHand = try Program(["--listen", "127.0.0.1:\(port)"])
    #expect(byHand.line() == nil)
    #expect(byHand.status() == 75)
    #expect(byHand.errors().contains("127.0.0.1:\(port) is taken by another process"))
    first.closeInput()
    #expect(first.status() == 0)
  }

  @Test("By hand it says where it listens, and writes announces where asked")
  func byHand() throws {
    let program = try Program(["--listen", "127.0.0.1:0", "--events", "-"])
    let greeting = try #require(program.line())
    let port = try #require(greeting.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\/announce/).flatMap { Int($0.1) })
    _ = try HTTPClient(port: port).get(TrackerServerTests.target(1))
    #expect(program.line()?.contains(#""event":"started""#) == true)
    program.terminate()
    #expect(program.status() == 0)
  }

  @Test(
    "A bad argument is refused with status 64",
    arguments: [
      ["--listen", "127.0.0.1"], ["--listen", "::1:80"], ["--listen", "127.0.0.1:65536"], ["--interval", "0"],
      ["--speed", "0"], ["--speed", "nan"], ["--max-peers", "-1"], ["--control", "pipe"],
      ["--control", "stdin", "--events", "-"], ["--what"],
    ])
  func badArguments(_ arguments: [String]) throws {
    let program = try Program(arguments)
    #expect(program.status() == 64)
    #expect(!program.errors().isEmpty)
  }

  @Test("A log that cannot be written ends it with status 75")
  func noLog() throws {
    let program = try Program(["--listen", "127.0.0.1:0", "--events", "/no/such/folder/x", "--control", "stdin"])
    _ = program.line()
    #expect(program.line()?.hasPrefix(#"{"error":{"code":"cannot-log""#) == true)
    #expect(program.status() == 75)
  }
}

/// A started swarm-tracker; killed when the test lets go of it.
private final class Program {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let error = Pipe()
  private var received = Data()

  init(_ arguments: [String], input other: FileHandle? = nil) throws {
    process.executableURL = URL(filePath: programPath ?? "")
    process.arguments = arguments
    if let other { process.standardInput = other } else { process.standardInput = input }
    process.standardOutput = output
    process.standardError = error
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var processID: Int32 { process.processIdentifier }

  func order(_ line: String) { input.fileHandleForWriting.write(Data((line + "\n").utf8)) }
  func closeInput() { try? input.fileHandleForWriting.close() }
  func terminate() { process.terminate() }

  /// The next line of standard output; nil at its end.
  func line() -> String? {
    while true {
      if let end = received.firstIndex(of: 0x0A) {
        defer { received = Data(received[(end + 1)...]) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      let part = output.fileHandleForReading.availableData
      if part.isEmpty { return nil }
      received += part
    }
  }

  func listeningPort() -> Int? {
    line()?.firstMatch(of: /^\{"listening":\{"address":"127\.0\.0\.1:(\d+)"\}\}$/).flatMap { Int($0.1) }
  }

  func status() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  func errors() -> String { String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
}
