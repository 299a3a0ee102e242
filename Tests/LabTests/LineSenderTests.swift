import Glibc
import Lab
import Testing

@Suite("A line channel") struct LineSenderTests {
  /// What there is to read by now.
  private static func take(_ descriptor: Int32) -> Int {
    var total = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return total }
      total += count
    }
  }

  @Test("Once a slow reader has caught up, lines that may be dropped come through again")
  func afterABacklog() throws {
    let ends = try Descriptor.pipe()
    defer { close(ends.reading) }
    _ = fcntl(ends.reading, F_SETFL, O_NONBLOCK)
    let sender = LineSender(ends.writing)
    // More than a pipe holds, so that some of it waits; and while it does, this line is left out.
    let size = 1 << 20
    sender.queue([UInt8](repeating: 0x61, count: size))
    sender.queue([0x0a], mayDrop: true)
    var received = Self.take(ends.reading)
    while true {
      sender.queue([0x0a], mayDrop: true)
      let more = Self.take(ends.reading)
      received += more
      // The pipe was empty, so that it takes something as long as anything waits.
      if received > size || more == 0 { break }
    }
    #expect(received > size)
  }
}
