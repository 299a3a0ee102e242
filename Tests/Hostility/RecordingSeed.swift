import Foundation
import Glibc
import Synchronization
import Wire

/// A seed without a peer in it: it answers each request with the right bytes, and remembers in order what it was asked for
/// and told.
public final class RecordingSeed: Sendable {
  public struct Record: Sendable {
    public var announced: Set<UInt32> = []
    public var requested: Set<UInt32> = []
    public var blocks = 0
    public var isOver = false
  }

  public let ip: String
  public let port: UInt16
  private let payload: Payload
  private let listener: Int32
  private let records = Mutex<[Record]>([])
  /// Told after each change of the records.
  private let changed = NSCondition()

  public init(_ payload: Payload, at ip: String) throws {
    self.payload = payload
    self.ip = ip
    (listener, port) = try Stranger.listen(at: ip)
    Thread.detachNewThread { self.serve() }
  }

  public func close() { shutdown(listener, Int32(SHUT_RDWR)) }

  /// What was asked and told on each connection.
  public var connections: [Record] { records.withLock { $0 } }

  /// Waits until it is so of the connections, and is woken by whatever comes on one of them.
  ///
  /// - Returns: whether it came to be so within these seconds.
  public func waits(atMost seconds: Double, until isSo: ([Record]) -> Bool) -> Bool {
    let deadline = Date(timeIntervalSinceNow: seconds)
    changed.lock()
    defer { changed.unlock() }
    while !isSo(connections) {
      if !changed.wait(until: deadline) { return isSo(connections) }
    }
    return true
  }

  private func note(_ place: Int, _ change: (inout Record) -> Void) {
    records.withLock { change(&$0[place]) }
    // Who waits looks under the lock: a change that was not seen is told of later than the waiting began.
    changed.lock()
    changed.broadcast()
    changed.unlock()
  }

  private func serve() {
    while let peer = try? Stranger(acceptedBy: listener) { talk(peer) }
    Glibc.close(listener)
  }

  private func talk(_ peer: Stranger) {
    // A seed of another connection must not look the same: the old one may not be known to be gone.
    guard peer.greet(payload.metainfo.infoHash, peerID: Array("-XX0001-recordingsee".utf8)) != nil else { return }
    let place = records.withLock { records in
      records.append(Record())
      return records.count - 1
    }
    peer.say(payload.fullBitfield.encoded + PeerMessage.unchoke.encoded)
    defer { note(place) { $0.isOver = true } }
    while let message = peer.message() {
      switch message {
      case .have(let piece): note(place) { _ = $0.announced.insert(piece) }
      case .haveAll: note(place) { $0.announced.formUnion(0..<UInt32(payload.metainfo.pieceCount)) }
      case .bitfield(let bytes):
        let here = (0..<UInt32(payload.metainfo.pieceCount)).filter {
          bytes[Int($0 / 8)] & (0x80 >> UInt8($0 % 8)) != 0
        }
        note(place) { $0.announced.formUnion(here) }
      case .request(let block):
        note(place) {
          _ = $0.requested.insert(block.piece)
          $0.blocks += 1
        }
        peer.say(PeerMessage.pieceHeader(block) + payload.bytes(of: block))
      default: break
      }
    }
  }
}
