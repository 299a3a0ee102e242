import Control
import Glibc
import SwarmTime

/// The peer's own events, as JSON lines in a file: for whoever wants to know why, never evidence.
///
/// `{"t":1500000000,"event":"choke","slot":3}`, `t` in nanoseconds of swarm time. Buffered; a write that fails ends it.
/// So does `largestSize`, since strangers make it grow by coming and going.
final class EventLog {
  private static let bufferSize = 16384
  /// Some hundred thousand events: days of a busy peer.
  private static let largestSize = 64 << 20
  private var size = 0
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// - Throws: `StorageError` when the file cannot be made.
  init(path: String) throws(StorageError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw StorageError("make", path, errno: errno) }
  }

  /// Nothing is kept once the file has ended: nobody would ever write it, and the peer may live for days.
  func add(_ event: String, at now: SwarmInstant, slot: Int?, piece: Int?, text: String?) {
    guard descriptor >= 0 else { return }
    var line = "{\"t\":\(now.nanoseconds),\"event\":\"\(event)\""
    if let slot { line += ",\"slot\":\(slot)" }
    if let piece { line += ",\"piece\":\(piece)" }
    if let text { line += ",\"text\":\(JSONValue.string(text).text)" }
    buffer.append(contentsOf: line.utf8)
    buffer.append(contentsOf: "}\n".utf8)
    if buffer.count >= Self.bufferSize { flush() }
  }

  func flush() {
    guard descriptor >= 0, !buffer.isEmpty else { return }
    let isWritten = write(descriptor, buffer, buffer.count) == buffer.count
    size += buffer.count
    buffer.removeAll(keepingCapacity: true)
    if !isWritten || size >= Self.largestSize { close() }
  }

  func close() {
    flush()
    guard descriptor >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = -1
  }
}
