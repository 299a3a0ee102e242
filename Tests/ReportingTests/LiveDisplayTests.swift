import Reporting
import SwarmTime
import Testing

@Suite struct LiveDisplayTests {
  private let display = LiveDisplay(style: TerminalStyle(coloured: false))

  private func progress(leechers: Int, held: (Int) -> Int = { _ in 32 }) -> SwarmProgress {
    var peers = [
      SwarmProgress.Peer(name: "seed", group: "seed", isSeed: true, expected: false, held: 64, state: .complete)
    ]
    for number in 1...leechers {
      peers.append(
        SwarmProgress.Peer(
          name: "leecher-\(number)", group: "leecher", isSeed: false, expected: true, held: held(number),
          upload: 1024, download: 262_144, state: .active))
    }
    return SwarmProgress(
      now: .seconds(20), deadline: .seconds(300), speed: 10, pieces: 64, pieceLength: 262_144, peers: peers)
  }

  @Test func `Every peer has a bar where there is room`() {
    let lines = display.lines(progress(leechers: 8), width: 100, height: 24)
    #expect(lines.count == 10)
    #expect(lines[0] == "20.0 s · 50 % · 0 of 8 complete · about 3.2 s left")
    #expect(lines[1].hasPrefix("seed") && lines[1].hasSuffix("seed"))
    #expect(lines[2].contains("  50 %") && lines[2].contains("256 KiB/s"))
  }

  @Test("No line is wider than the screen and no display higher", arguments: [(20, 6), (40, 10), (80, 24), (200, 50)])
  func fits(width: Int, height: Int) {
    for leechers in [1, 8, 32, 1000] {
      let lines = display.lines(progress(leechers: leechers), width: width, height: height)
      #expect(lines.count < height)
      #expect(lines.allSatisfy { $0.count < width }, "\(width)x\(height): \(lines.map(\.count))")
    }
  }

  @Test func `A group that has no room is one line, which says how many it stands for and how many are done`() {
    let lines = display.lines(progress(leechers: 100) { $0 <= 25 ? 64 : $0 % 32 }, width: 100, height: 24)
    #expect(lines.count == 3)
    #expect(lines[2].hasPrefix("leecher × 100"))
    #expect(lines[2].hasSuffix("25 done"))
    #expect(lines[2].contains("▒"))
  }

  @Test func `While nothing flows the display gives the deadline instead of a guess`() {
    var still = progress(leechers: 2)
    for index in still.peers.indices { still.peers[index].download = 0 }
    let lines = display.lines(still, width: 100, height: 24)
    #expect(lines[0].hasSuffix("at most 28.0 s left"))
  }

  @Test func `NO_COLOR, a dumb terminal and a pipe are uncoloured`() {
    #expect(!TerminalStyle.detect(isTerminal: true) { $0 == "NO_COLOR" ? "1" : nil }.coloured)
    #expect(!TerminalStyle.detect(isTerminal: true) { $0 == "TERM" ? "dumb" : nil }.coloured)
    #expect(!TerminalStyle.detect(isTerminal: false) { _ in nil }.coloured)
    #expect(TerminalStyle.detect(isTerminal: true) { $0 == "NO_COLOR" ? "" : nil }.coloured)
  }

  @Test func `Plain lines come with news, and not more often than every two seconds`() {
    var plain = PlainProgress()
    #expect(plain.line(progress(leechers: 2), monotonic: 0) != nil)
    #expect(plain.line(progress(leechers: 2), monotonic: 9_000_000_000) == nil)
    let further = progress(leechers: 2) { _ in 48 }
    #expect(plain.line(further, monotonic: 1_000_000_000) == nil)
    #expect(
      plain.line(further, monotonic: 9_000_000_000)
        == "  20.0 s: 75 % of the pieces, 0 of 2 complete, 512 KiB/s in all")
  }
}
