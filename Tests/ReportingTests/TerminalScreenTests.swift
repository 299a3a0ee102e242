import Foundation
import Reporting
import Testing

@Suite struct TerminalScreenTests {
  @Test func `All is written into a pipe that was set not to block`() async {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
    let handle = pipe.fileHandleForReading
    let reading = Task.detached { handle.readDataToEndOfFile().count }
    let reason = TerminalScreen.write(String(repeating: "x", count: 1 << 20), to: descriptor)
    try? pipe.fileHandleForWriting.close()
    #expect(reason == 0)
    #expect(await reading.value == 1 << 20)
  }
}
