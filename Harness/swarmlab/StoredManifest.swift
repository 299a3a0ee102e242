import FoundationEssentials
import Reporting
import SwarmTime

/// What a report shows of a stored run's `run.json`, so that one rendered again says what the first said.
struct StoredManifest: Decodable {
  struct Wall: Decodable { var seconds: Double }
  struct Fidelity: Decodable {
    var capturedFrames: Int64?
    var droppedFrames: Int64?
  }

  var sandbox: String
  var wall: Wall
  var fidelity: Fidelity

  /// Nil where there is none, or another version wrote it: it is not needed.
  init?(in folder: String) {
    let path = folder + "/run.json"
    guard Files.exists(path), let bytes = try? Files.bytes(of: path),
      let stored = try? JSONDecoder().decode(Self.self, from: Data(bytes))
    else { return nil }
    self = stored
  }

  var milliseconds: Int64 { Int64((wall.seconds * 1000).rounded()) }

  var facts: [ReportPage.Fact] {
    var facts: [ReportPage.Fact] = [
      .init("wall time", Quantity.duration(.seconds(wall.seconds))), .init("sandbox", sandbox),
    ]
    if let frames = fidelity.capturedFrames {
      facts.append(.init("frames", "\(frames) (\(fidelity.droppedFrames ?? 0) dropped)"))
    }
    return facts
  }
}
