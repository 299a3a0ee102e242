import Lab
import Planning
import Reporting
import SwarmTime

/// Shows what the lab tells: drawn in place on a terminal, as plain lines elsewhere.
struct ProgressReporter {
  private var progress: SwarmProgress
  private var screen: TerminalScreen?
  private var plain = PlainProgress()
  private let display = LiveDisplay(style: Output.style)
  private var places: [String: Int] = [:]

  init(plan: Plan) {
    progress = SwarmProgress(
      now: .zero, deadline: .zero + plan.until.within, speed: plan.speed, pieces: plan.payload.pieceCount,
      pieceLength: plan.payload.pieceLengthBytes,
      peers: plan.peers.map {
        SwarmProgress.Peer(
          name: $0.name, group: $0.group, isSeed: $0.role == .seed, expected: $0.expectedToComplete)
      })
    for (place, peer) in plan.peers.enumerated() { places[peer.name] = place }
    screen = Output.isTerminal && Output.environment("TERM") != "dumb" ? TerminalScreen() : nil
  }

  mutating func handle(_ event: LabEvent) {
    switch event {
    case .progress(let now):
      progress.now = now.at
      for peer in now.peers { update(peer) }
      show()
    case .exited(let process, let code, let signal, false, let at):
      let how = signal.map { "died of signal \($0)" } ?? "exited with \(code ?? 0)"
      say("  \(Quantity.duration(at - .zero)): \(process) \(how), though nobody told it to")
    default: break
    }
  }

  /// Gives the terminal back.
  mutating func close() { screen?.close() }

  private mutating func update(_ peer: PeerProgress) {
    guard let place = places[peer.name] else { return }
    progress.peers[place].held = peer.piecesHeld
    progress.peers[place].upload = peer.uploadBytesPerSecond
    progress.peers[place].download = peer.downloadBytesPerSecond
    progress.peers[place].state =
      switch peer.state {
      case .waiting: .waiting
      case .downloading: .active
      case .complete: .complete
      case .left: .left
      case .dead: .died
      }
  }

  private mutating func show() {
    if screen == nil {
      if let line = plain.line(progress, monotonic: RealTime.monotonicNanoseconds()) { Output.print(line) }
    } else if let size = screen?.size {
      screen?.draw(display.lines(progress, width: size.width, height: size.height))
    }
  }

  /// A line that stays, above what is drawn in place.
  private mutating func say(_ line: String) {
    screen?.close()
    Output.print(line)
    if screen != nil { show() }
  }
}
