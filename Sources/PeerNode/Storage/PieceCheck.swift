import Crypto
import Glibc
import Wire

/// The hash of one piece as it lies on disk; computed on the worker thread.
struct PieceCheck: Sendable {
  struct Part: Sendable {
    var source: Source
    var offset: Int64
    var length: Int
  }

  enum Source: Sendable {
    case descriptor(Int32)
    /// Opened for as long as it is read from.
    case file(PayloadLayout.File, folder: String)
    /// Zeros.
    case padding
  }

  enum Outcome: Sendable {
    case right, wrong
    /// Nobody knows what the piece is: what came may have been right.
    case unreadable(StorageError)
  }

  var parts: [Part]
  /// SHA-1, 20 bytes.
  var expected: [UInt8]

  /// Stays within a second-level cache.
  private static let portion = 65536

  /// Whether the bytes on disk are the piece.
  func outcome() -> Outcome {
    var hash = Insecure.SHA1()
    let trouble = forEachPortion { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    if let trouble { return .unreadable(trouble) }
    return hash.finalize().elementsEqual(expected) ? .right : .wrong
  }

  /// Reads the parts one after another, a portion never reaching over a part's end; says why where that fails.
  private func forEachPortion(_ body: (UnsafeMutableRawBufferPointer) -> Void) -> StorageError? {
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.portion, alignment: 64)
    defer { space.deallocate() }
    do throws(StorageError) {
      for part in parts { try read(part, space, body) }
      return nil
    } catch {
      return error
    }
  }

  private func read(
    _ part: Part, _ space: UnsafeMutableRawBufferPointer, _ body: (UnsafeMutableRawBufferPointer) -> Void
  ) throws(StorageError) {
    var descriptor: Int32?
    var opened: Int32?
    var path = "a file of the payload"
    switch part.source {
    case .descriptor(let known): descriptor = known
    case .file(let file, let folder):
      opened = try OpenFiles.open(file, in: folder)
      descriptor = opened
      path = folder + "/" + file.names.joined(separator: "/")
    case .padding: break
    }
    defer { if let opened { close(opened) } }
    var done = 0
    while done < part.length {
      let target = UnsafeMutableRawBufferPointer(rebasing: space[..<min(Self.portion, part.length - done)])
      if let descriptor {
        let trouble = DiskRead.exactly(target, descriptor, at: part.offset + Int64(done), path: path)
        if let trouble { throw trouble }
      } else {
        target.initializeMemory(as: UInt8.self, repeating: 0)
      }
      body(target)
      done += target.count
    }
  }

  /// The beginning of each block's SHA-1, to tell a bad block from a good one; empty when they cannot be read.
  func blockHashes() -> [UInt64] {
    var hashes: [UInt64] = []
    var hash = Insecure.SHA1()
    var lacking = Int(Block.standardLength)
    func end() {
      hashes.append(hash.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
      hash = Insecure.SHA1()
      lacking = Int(Block.standardLength)
    }
    let trouble = forEachPortion { portion in
      var rest = UnsafeRawBufferPointer(portion)
      while !rest.isEmpty {
        let taken = min(lacking, rest.count)
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: rest[..<taken]))
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        lacking -= taken
        if lacking == 0 { end() }
      }
    }
    if lacking < Int(Block.standardLength) { end() }
    return trouble == nil ? hashes : []
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
        let source = descriptors[segment.file].map(PieceCheck.Source.descriptor) ?? .padding
        parts.append(PieceCheck.Part(source: source, offset: segment.offset, length: segment.length))
      }
      let check = PieceCheck(parts: parts, expected: Array(pieceHashes[piece * 20..<piece * 20 + 20]))
      if case .right = check.outcome() { return true }
      return false
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
