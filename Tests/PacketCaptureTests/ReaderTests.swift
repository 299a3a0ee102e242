import PacketCapture
import Testing

struct ReaderTests {
  @Test("A file that does not exist is an error that names it")
  func missingFile() {
    let error = #expect(throws: CaptureError.self) { try CaptureReader(path: "/nowhere/at.pcap") }
    #expect(error?.place == "/nowhere/at.pcap")
    #expect(error?.kind == .cannotOpen)
  }
}
