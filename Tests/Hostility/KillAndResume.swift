import Foundation
import Glibc
import SwarmTime
import Wire

/// A leecher that is killed in the middle (SIGKILL) and started again on the same data.
public struct KillAndResume: Sendable {
  public struct Trial: Sendable {
    public var pieceCount: Int
    /// Pieces that it had announced when it was killed.
    public var announced: Int
    /// Of these, what it did not have any more, or asked for again, after it was started again.
    public var lost: [UInt32] = []
    public var askedAgain: [UInt32] = []
    public var isWhole = false
    public var isFine: Bool { isWhole && lost.isEmpty && askedAgain.isEmpty }
  }

  /// - Parameters:
  ///   - moment: how far it is let come, from 0 to 1 of the payload.
  ///   - delay: what passes then until it is killed: an instant within the writing, hashing and announcing of a piece.
  public static func trial(moment: Double, delay: Duration, at ip: String, size: Int = 8 << 20) async throws -> Trial {
    let payload = try Payload(size: size)
    let seed = try RecordingSeed(payload, at: ip)
    defer { seed.close() }
    let blocks = Int(Double(size / 16384) * moment)
    let limit = ["--peer", "\(seed.ip):\(seed.port)", "--download", "32MiB/s"]
    let victim = try payload.start("leecher", at: ip, limit)
    let cameSoFar = seed.waits(atMost: 60) { $0.first.map { $0.blocks >= blocks } ?? false }
    usleep(UInt32(max(0, delay / .microseconds(1))))
    victim.end(SIGKILL)
    guard cameSoFar else {
      throw Stranger.Failure(
        description: "after 60 s the leecher had asked for \(seed.connections.first?.blocks ?? 0) of \(blocks) blocks, "
          + "at which it was to be killed: \(victim.lines)")
    }
    // What it had announced may still be on its way.
    _ = seed.waits(atMost: 60) { $0.first?.isOver ?? true }
    let announced = seed.connections.first?.announced ?? []
    var trial = Trial(pieceCount: payload.metainfo.pieceCount, announced: announced.count)

    let again = try payload.start("leecher", at: ip, limit)
    _ = await again.line(from: "complete", within: 60)
    again.end()
    trial.isWhole = payload.isWhole(at: "leecher")
    // A peer that was complete when it was killed has nothing to ask and need not come again.
    let after = seed.connections.dropFirst()
    trial.askedAgain = announced.filter { piece in after.contains { $0.requested.contains(piece) } }.sorted()
    if announced.count < payload.metainfo.pieceCount {
      trial.lost = announced.filter { piece in !after.contains { $0.announced.contains(piece) } }.sorted()
    }
    return trial
  }
}
