import Control
import SwarmTime
import Synchronization
import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Announces and refusals as JSON lines: `t` in nanoseconds of swarm time, sizes in bytes.
///
///     {"t":1000,"over":"http","address":"127.64.0.1:7000","event":"started","infoHash":"…","peerID":"-SL0001-…","left":5,
///      "uploaded":0,"downloaded":0,"given":3,"seeds":1,"leechers":4}
///     {"t":1000,"over":"udp","address":"127.64.0.1","refused":"port is missing"}
///
/// A line is one write, so what is read while the tracker lives, or after it was killed, is whole lines. Beyond
/// `largestSize` no more are written, since strangers make it grow.
public final class EventLog: Sendable {
  private let descriptor: Int32
  private let size = Atomic(0)
  private let largestSize: Int

  /// - Parameters:
  ///   - path: made or emptied; `-` is standard output.
  ///   - largestSize: bytes of a file; by default some hundred thousand announces.
  /// - Throws: `TrackerError` where it cannot be opened.
  public init(path: String, largestSize: Int = 256 << 20) throws(TrackerError) {
    // Who reads along empties it.
    self.largestSize = path == "-" ? .max : largestSize
    if path == "-" {
      descriptor = dup(1)
    } else {
      descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else {
      throw TrackerError(code: .cannotLog, "cannot write events to \(path): \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }

  /// - Parameter over: the protocol.
  func write(_ answer: TrackerAnswer, from source: String, over: String = "http", at now: SwarmInstant) {
    let time = JSONValue.integer(now.nanoseconds)
    if let reason = answer.refusal {
      write(["t": time, "over": .string(over), "address": .string(source), "refused": .string(reason)])
    } else if let (request, response) = answer.announce {
      write([
        "t": time, "over": .string(over), "address": .string("\(source):\(request.port)"),
        "event": .string(request.event?.rawValue ?? "regular"), "infoHash": .string(hexadecimal(request.infoHash)),
        "peerID": .string(Self.text(request.peerID)), "left": .integer(request.left),
        "uploaded": .integer(request.uploaded), "downloaded": .integer(request.downloaded),
        "given": .integer(Int64(response.peers.count)), "seeds": .integer(Int64(response.complete ?? 0)),
        "leechers": .integer(Int64(response.incomplete ?? 0)),
      ])
    }
  }

  /// A full disk loses lines, not the tracker.
  private func write(_ value: JSONValue) {
    var line = Array(value.text.utf8)
    line.append(UInt8(ascii: "\n"))
    guard size.add(line.count, ordering: .relaxed).newValue <= largestSize else { return }
    var sent = 0
    while sent < line.count {
      let count = line[sent...].withUnsafeBytes { writeSome(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// A peer id with its printable characters as they are, and the others as `%00`.
  static func text(_ peerID: [UInt8]) -> String {
    var text = ""
    for byte in peerID {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + hexadecimal([byte])
      }
    }
    return text
  }
}

/// The system's `write`, which the method of that name hides inside the class.
private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
