import Glibc
import NIOCore
import NIOPosix
import Wire

/// The payload on disk. Blocks lie at their place as soon as they come, but only pieces whose hash was right count;
/// after a restart that is found out by hashing again.
final class PayloadStorage {
  let layout: PayloadLayout
  /// By piece.
  private(set) var verified: [Bool]
  private(set) var verifiedPieces = 0
  /// - Parameter count: of pieces, from the first on; nil for all.
  func holds(first count: Int?) -> Bool { verified.prefix(count ?? verified.count).allSatisfy { $0 } }
  private(set) var verifiedBytes: Int64 = 0
  private let files: OpenFiles
  private let worker: NIOThreadPool

  init(_ layout: PayloadLayout, worker: NIOThreadPool) {
    self.layout = layout
    self.worker = worker
    verified = Array(repeating: false, count: layout.pieceCount)
    // Behind every hash that is still to be read from it.
    files = OpenFiles(layout) { descriptor in worker.submit { _ in Glibc.close(descriptor) } }
  }

  func markVerified(_ piece: Int) {
    guard !verified[piece] else { return }
    verified[piece] = true
    verifiedPieces += 1
    verifiedBytes += layout.length(of: piece)
  }

  /// Appends a block's bytes to `buffer`.
  ///
  /// - Throws: `StorageError` when they cannot be read or the file is too short.
  func read(_ block: Block, into buffer: inout ByteBuffer) throws(StorageError) {
    for segment in layout.segments(of: block) {
      guard !layout.files[segment.file].isPadding else {
        buffer.writeRepeatingByte(0, count: segment.length)
        continue
      }
      let descriptor = try files.descriptor(of: segment.file, forWriting: false)
      var failure: StorageError?
      buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: segment.length) { space in
        let target = UnsafeMutableRawBufferPointer(rebasing: space[..<segment.length])
        failure = DiskRead.exactly(target, descriptor, at: segment.offset, path: layout.path(segment.file))
        return failure == nil ? segment.length : 0
      }
      if let failure { throw failure }
    }
  }

  /// Puts a block at its place.
  ///
  /// - Throws: `StorageError`; what was written before the failure does no harm.
  func write(_ buffer: ByteBuffer, as block: Block) throws(StorageError) {
    var start = buffer.readerIndex
    for segment in layout.segments(of: block) {
      guard !layout.files[segment.file].isPadding else {
        start += segment.length
        continue
      }
      let descriptor = try files.descriptor(of: segment.file, forWriting: true)
      let number = buffer.withUnsafeReadableBytes { bytes -> Int32 in
        let from = start - buffer.readerIndex
        return Self.writeAll(
          UnsafeRawBufferPointer(rebasing: bytes[from..<from + segment.length]), descriptor, at: segment.offset)
      }
      guard number == 0 else {
        // Opened anew for the next try: the file may be another one by then.
        files.close(segment.file)
        throw StorageError("write to", layout.path(segment.file), errno: number)
      }
      start += segment.length
    }
  }

  /// - Returns: 0, or the error number.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, at offset: Int64) -> Int32 {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        return count == 0 ? ENOSPC : errno
      }
    }
    return 0
  }

  /// What a hash of the piece needs to know. A piece of many files has them opened one after the other, as they are read:
  /// there are never so many descriptors, and none that is given up before the hash has been read from it.
  ///
  /// - Throws: `StorageError` when a file of it cannot be opened.
  func checkJob(piece: Int, expected: [UInt8]) throws(StorageError) -> PieceCheck {
    let segments = layout.segments(ofPiece: piece)
    let areMany = segments.count > OpenFiles.safelyTogether
    var parts: [PieceCheck.Part] = []
    for segment in segments {
      let file = layout.files[segment.file]
      let source: PieceCheck.Source =
        try file.isPadding
        ? .padding
        : areMany
          ? .file(file, folder: layout.folder)
          : .descriptor(files.descriptor(of: segment.file, forWriting: false))
      parts.append(PieceCheck.Part(source: source, offset: segment.offset, length: segment.length))
    }
    return PieceCheck(parts: parts, expected: expected)
  }

  /// Files without bytes belong to no piece: they are made when all pieces are here.
  func makeEmptyFiles() throws(StorageError) {
    for (index, file) in layout.files.enumerated() where file.length == 0 && !file.isPadding {
      _ = try files.descriptor(of: index, forWriting: true)
      files.close(index)
    }
  }

  func close() { files.closeAll() }
}

enum DiskRead {
  /// Fills `target`; nil on success.
  static func exactly(
    _ target: UnsafeMutableRawBufferPointer, _ descriptor: Int32, at offset: Int64, path: @autoclosure () -> String
  ) -> StorageError? {
    var done = 0
    while done < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if count > 0 {
        done += count
      } else if count == 0 {
        return StorageError(code: "storage", text: "\(path()) is shorter than the torrent says")
      } else if errno != EINTR {
        return StorageError("read", path(), errno: errno)
      }
    }
    return nil
  }
}
