package import Wire

/// Which bytes of which file a range of the payload is.
package struct PayloadLayout: Sendable {
  package struct File: Sendable {
    /// Folders below the data folder, and the file.
    package var names: [String]
    /// Of its first byte within the payload.
    package var offset: Int64
    package var length: Int64
    /// Zeros that are not kept on disk (BEP 47).
    package var isPadding: Bool
  }

  package struct Segment: Hashable, Sendable {
    package var file: Int
    package var offset: Int64
    package var length: Int

    package init(file: Int, offset: Int64, length: Int) {
      self.file = file
      self.offset = offset
      self.length = length
    }
  }

  /// The data folder: absolute, or relative to the working folder.
  package let folder: String
  package let files: [File]
  package let totalLength: Int64
  package let pieceLength: Int64
  package let pieceCount: Int

  /// The payload lies in `folder` under its own name. Names were found harmless when the metainfo was read.
  package init(_ metainfo: Metainfo, in folder: String) {
    var files: [File] = []
    var offset: Int64 = 0
    for file in metainfo.files {
      let parts = metainfo.isSingleFile ? [metainfo.name] : [metainfo.name] + file.path
      files.append(
        File(
          names: parts, offset: offset, length: file.length, isPadding: file.isPadding))
      offset += file.length
    }
    self.folder = folder
    self.files = files
    totalLength = metainfo.totalLength
    pieceLength = metainfo.pieceLength
    pieceCount = metainfo.pieceCount
  }

  /// Of a file, for people.
  package func path(_ file: Int) -> String { folder + "/" + files[file].names.joined(separator: "/") }

  package func length(of piece: Int) -> Int64 { min(pieceLength, totalLength - Int64(piece) * pieceLength) }

  /// The parts of a range, in order; files without bytes in it are left out.
  package func segments(from start: Int64, length: Int) -> [Segment] {
    var segments: [Segment] = []
    var (position, left) = (start, Int64(length))
    var index = firstFile(holding: start)
    while left > 0, index < files.count {
      let file = files[index]
      let taken = min(left, file.offset + file.length - position)
      if taken > 0 {
        segments.append(Segment(file: index, offset: position - file.offset, length: Int(taken)))
        position += taken
        left -= taken
      }
      index += 1
    }
    return segments
  }

  package func segments(of block: Block) -> [Segment] {
    segments(from: Int64(block.piece) * pieceLength + Int64(block.begin), length: Int(block.length))
  }

  package func segments(ofPiece piece: Int) -> [Segment] {
    segments(from: Int64(piece) * pieceLength, length: Int(length(of: piece)))
  }

  /// Index of the last file that begins at or before `position`.
  private func firstFile(holding position: Int64) -> Int {
    var (low, high) = (0, files.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if files[middle].offset <= position { low = middle } else { high = middle }
    }
    return low
  }
}
