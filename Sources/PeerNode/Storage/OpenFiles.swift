import Glibc

/// Descriptors of the payload's files, opened when first needed; only so many at once.
///
/// A descriptor that is given up is handed to `retire`, since the worker may still be reading from it.
final class OpenFiles {
  private struct Entry {
    var descriptor: Int32
    var isWritable: Bool
    var lastUse: UInt64
  }

  private static let maximumOpen = 64
  /// So many that are asked for one after the other are all still open.
  static let safelyTogether = maximumOpen / 2
  private let layout: PayloadLayout
  private var entries: [Int: Entry] = [:]
  private var uses: UInt64 = 0
  private let retire: (Int32) -> Void

  init(_ layout: PayloadLayout, retire: @escaping (Int32) -> Void) {
    self.layout = layout
    self.retire = retire
  }

  /// - Throws: `StorageError` when the file cannot be opened, or made (folders included) for writing.
  func descriptor(of file: Int, forWriting: Bool) throws(StorageError) -> Int32 {
    uses += 1
    if let entry = entries[file], entry.isWritable || !forWriting {
      entries[file]?.lastUse = uses
      return entry.descriptor
    }
    close(file)
    if entries.count >= Self.maximumOpen, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
      close(oldest)
    }
    let named = layout.files[file]
    let descriptor = try forWriting ? Self.create(named, in: layout.folder) : Self.open(named, in: layout.folder)
    entries[file] = Entry(descriptor: descriptor, isWritable: forWriting, lastUse: uses)
    return descriptor
  }

  func close(_ file: Int) {
    if let entry = entries.removeValue(forKey: file) { retire(entry.descriptor) }
  }

  func closeAll() {
    for file in layout.files.indices { close(file) }
  }

  static func open(_ file: PayloadLayout.File, in folder: String) throws(StorageError) -> Int32 {
    try PayloadFolder.open(file.names, in: folder, for: .reading)
  }

  /// Opens for reading and writing, at its full (sparse) length, so that what is not written yet reads as zeros.
  private static func create(_ file: PayloadLayout.File, in folder: String) throws(StorageError) -> Int32 {
    let descriptor = try PayloadFolder.open(file.names, in: folder, for: .writing)
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_size != file.length, ftruncate(descriptor, off_t(file.length)) != 0 {
      let number = errno
      Glibc.close(descriptor)
      throw StorageError("set the length of", folder + "/" + file.names.joined(separator: "/"), errno: number)
    }
    return descriptor
  }
}
