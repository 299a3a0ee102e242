import Crypto
import Glibc
import Wire

/// The hash of one piece as it lies on disk; computed on the worker thread.
struct PieceCheck: Sendable {
  struct Part: Sendable {
    /// nil for padding, which is zeros.
    var descriptor: Int32?
    var offset: Int64
    var length: Int
  }

  var parts: [Part]
  /// SHA-1, 20 bytes.
  var expected: [UInt8]

  /// Stays within a second-level cache.
  private static let portion = 65536

  /// Whether the bytes on disk are the piece; false also when they cannot be read.
  func isRight() -> Bool {
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.portion, alignment: 64)
    defer { space.deallocate() }
    return isRight(space)
  }

  private func isRight(_ space: UnsafeMutableRawBufferPointer) -> Bool {
    var hash = Insecure.SHA1()
    let isRead = forEachPortion(space, atMost: Self.portion) { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return isRead && hash.finalize().elementsEqual(expected)
  }

  /// Reads the parts one after another, a portion never reaching over a part's end; false when that fails.
  private func forEachPortion(
    _ space: UnsafeMutableRawBufferPointer, atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void
  ) -> Bool {
    for part in parts {
      var done = 0
      while done < part.length {
        let target = UnsafeMutableRawBufferPointer(rebasing: space[..<min(limit, part.length - done)])
        if let descriptor = part.descriptor {
          if DiskRead.exactly(target, descriptor, at: part.offset + Int64(done), path: "") != nil { return false }
        } else {
          target.initializeMemory(as: UInt8.self, repeating: 0)
        }
        body(target)
        done += target.count
      }
    }
    return true
  }

  /// The beginning of each block's SHA-1, to tell a bad block from a good one; empty when they cannot be read.
  func blockHashes() -> [UInt64] {
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.portion, alignment: 64)
    defer { space.deallocate() }
    var hashes: [UInt64] = []
    var hash = Insecure.SHA1()
    var lacking = Int(Block.standardLength)
    func close() {
      hashes.append(hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
      hash = Insecure.SHA1()
      lacking = Int(Block.standardLength)
    }
    let isRead = forEachPortion(space, atMost: Self.portion) { portion in
      var rest = UnsafeRawBufferPointer(portion)
      while !rest.isEmpty {
        let taken = min(lacking, rest.count)
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        lacking -= taken
        if lacking == 0 { close() }
      }
    }
    if lacking < Int(Block.standardLength) { close() }
    return isRead ? hashes : []
  }
}

/// Which pieces are on disk already. Blocks for as long as hashing takes: for the worker thread.
struct PayloadCheck: Sendable {
  var layout: PayloadLayout
  var pieceHashes: [UInt8]

  func verifiedPieces() -> [Bool] {
    var descriptors = [Int32?](repeating: nil, count: layout.files.count)
    defer { for case let descriptor? in descriptors { close(descriptor) } }
    var firstOpen = 0
    return (0..<layout.pieceCount).map { piece in
      var parts: [PieceCheck.Part] = []
      for segment in layout.segments(ofPiece: piece) {
        // Pieces come in order, so what lies before this segment's file is done with when a piece begins in it.
        while parts.isEmpty, firstOpen < segment.file {
          if let descriptor = descriptors[firstOpen] { close(descriptor) }
          descriptors[firstOpen] = nil
          firstOpen += 1
        }
        let file = layout.files[segment.file]
        if descriptors[segment.file] == nil, !file.isPadding {
          guard let opened = try? OpenFiles.open(file, in: layout.folder) else { return false }
          descriptors[segment.file] = opened
        }
        parts.append(
          PieceCheck.Part(descriptor: descriptors[segment.file], offset: segment.offset, length: segment.length))
      }
      return PieceCheck(parts: parts, expected: Array(pieceHashes[piece * 20..<piece * 20 + 20])).isRight()
    }
  }

  /// - Throws: `StorageError` naming the first file that is missing or too short.
  func requireAllFiles() throws(StorageError) {
    for (index, file) in layout.files.enumerated() where !file.isPadding {
      let descriptor = try OpenFiles.open(file, in: layout.folder)
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_size >= off_t(file.length) else {
        throw StorageError(
          code: "storage",
          text: "\(layout.path(index)) has \(status.st_size) bytes, the torrent says \(file.length); it is not complete"
        )
      }
    }
  }
}
