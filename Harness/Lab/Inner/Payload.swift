import Crypto
package import Planning
import SwarmTime
import Synchronization
import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The file that is distributed, and its torrent: bytes from the plan's seed, the same for ever.
package struct Payload: Sendable {
  package var path: String
  package var torrentPath: String
  var sizeBytes: Int64
  package var infoHash: [UInt8]
  var pieceCount: Int

  /// Writes payload and torrent, a piece at a time on all processors, giving way to whatever else runs. Throws `LabError` when
  /// the disk has no room.
  ///
  /// - Parameter trackers: announce addresses, a tier each (BEP 12); clients that know no tiers go to the last.
  package static func write(_ plan: PayloadPlan, trackers: [String], in folder: String) throws(LabError) -> Payload {
    let path = "\(folder)/\(plan.name)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw LabError(.environment, what: "cannot be created: \(Descriptor.reason())", place: path)
    }
    defer { close(descriptor) }
    let pieceCount = plan.pieceCount
    let hashes = Mutex([UInt8](repeating: 0, count: 20 * pieceCount))
    let failure = Mutex<String?>(nil)
    // Pieces in runs, so that a worker's buffer serves many.
    let workers = max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), pieceCount))
    GivingWay.concurrently(workers) { worker in
      withUnsafeTemporaryAllocation(byteCount: Int(plan.pieceLengthBytes) + 8, alignment: 16) { buffer in
        for piece in stride(from: worker, to: pieceCount, by: workers) {
          let begin = Int64(piece) * plan.pieceLengthBytes
          let length = Int(min(plan.pieceLengthBytes, plan.sizeBytes - begin))
          let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
          fill(buffer, bytes: length, at: begin, randomSeed: plan.randomSeed)
          var hash = Insecure.SHA1()
          hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
          let digest = Array(hash.finalize())
          hashes.withLock { $0.replaceSubrange(20 * piece..<20 * (piece + 1), with: digest) }
          if let reason = writeWhole(bytes, to: descriptor, at: begin) { failure.withLock { $0 = reason } }
        }
      }
    }
    if let reason = failure.withLock({ $0 }) {
      throw LabError(
        .environment, what: "cannot be written whole: \(reason)", place: path,
        expected: "\(plan.sizeBytes) bytes of room on the disk", mend: "make room, or set another folder with --output")
    }
    let metainfo = Metainfo(
      announce: trackers.last ?? "", announceList: trackers.count > 1 ? trackers.map { [$0] } : [], name: plan.name,
      pieceLength: plan.pieceLengthBytes, pieceHashes: hashes.withLock { $0 },
      files: [Metainfo.File(path: [plan.name], length: plan.sizeBytes)])
    let torrentPath = path + ".torrent"
    try RunFolder.write(metainfo.encoded, to: torrentPath)
    return Payload(
      path: path, torrentPath: torrentPath, sizeBytes: plan.sizeBytes, infoHash: metainfo.infoHash,
      pieceCount: pieceCount)
  }

  /// Word k of the file, little-endian, is draw k of SplitMix64; its state grows by a constant, so any piece can be made
  /// by itself. Pieces begin at whole words, or the draw that covers the first byte is cut.
  package static func fill(_ buffer: UnsafeMutableRawBufferPointer, bytes: Int, at begin: Int64, randomSeed: UInt64) {
    let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15
    var source = RandomSource(seed: randomSeed &+ gamma &* UInt64(begin / 8))
    let skip = Int(begin % 8)
    if skip == 0 {
      for offset in stride(from: 0, to: bytes, by: 8) {
        buffer.storeBytes(of: source.next().littleEndian, toByteOffset: offset, as: UInt64.self)
      }
    } else {
      var word = source.next() >> UInt64(8 * skip)
      var left = 8 - skip
      for offset in 0..<bytes {
        if left == 0 {
          word = source.next()
          left = 8
        }
        buffer[offset] = UInt8(truncatingIfNeeded: word)
        word >>= 8
        left -= 1
      }
    }
  }

  private static func writeWhole(
    _ bytes: UnsafeMutableRawBufferPointer, to descriptor: Int32, at begin: Int64
  ) -> String? {
    var written = 0
    while written < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(begin) + off_t(written))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return Descriptor.reason() }
      written += count
    }
    return nil
  }
}
