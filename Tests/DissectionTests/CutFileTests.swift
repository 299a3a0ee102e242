import Dissection
import Foundation
import PacketCapture
import StagedFrames
import Testing

/// Files that end anywhere, or hold anything.
struct CutFileTests {
  @Test("A hundred files cut anywhere are an error that says what to do, or are read to their last whole frame")
  func cut() throws {
    var wire = TestWire()
    var utp = TestUTP()
    utp.openPeerWire(&wire)
    for piece in 0..<5 { utp.send(.client, Message.have(UInt32(piece)), &wire) }
    let frames = wire.frames.map { (time: $0.time, bytes: $0.bytes) }
    let url = FileManager.default.temporaryDirectory.appending(path: "swarmlab-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    var random = SeededGenerator(state: 8)
    var outcomes: [CaptureError.Kind?: Int] = [:]
    for format in [CaptureFile.Format.pcap, .pcapng] {
      let whole = CaptureFile(format: format).bytes(frames)
      for _ in 0..<50 {
        var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
        for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        try Data(bytes).write(to: url)
        switch Result(catching: { () throws(CaptureError) in try Dissection.trace(ofCapture: url.path) }) {
        case .success(let trace):
          #expect(trace.coverage.frames <= frames.count)
          outcomes[nil, default: 0] += 1
        case .failure(let error):
          #expect(error.place == url.path && !error.mend.isEmpty)
          outcomes[error.kind, default: 0] += 1
        }
      }
    }
    #expect(Set(outcomes.keys).isSubset(of: [nil, .truncated, .notACapture, .mixedLinkTypes, .mixedSnapLengths]))
    #expect(outcomes[.truncated] ?? 0 > 50)
  }
}
