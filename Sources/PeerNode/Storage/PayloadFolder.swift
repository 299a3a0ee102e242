import Glibc

/// Opens what a torrent names, below the data folder and nowhere else.
///
/// Names were found harmless when the metainfo was read; here each is opened in its parent's descriptor and no symbolic
/// link is followed, so that neither a link that lies there already nor one that is put there meanwhile leads out. Only
/// regular files are opened: a pipe would keep the thread waiting, a device is no place for a payload.
enum PayloadFolder {
  enum Purpose { case reading, writing }

  /// - Parameters:
  ///   - root: the data folder; what links lie in its own path is its owner's affair.
  ///   - names: folders from there, and the file.
  /// - Throws: `StorageError` naming what stands in the way. For writing, folders and file are made.
  static func open(_ names: [String], in root: String, for purpose: Purpose) throws(StorageError) -> Int32 {
    if purpose == .writing { makeFolders(root) }
    var folder = Glibc.open(root.isEmpty ? "." : root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw StorageError("open", root, errno: errno) }
    defer { close(folder) }
    var path = root
    for name in names.dropLast() {
      path += "/" + name
      if purpose == .writing { mkdirat(folder, name, 0o777) }
      let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard next >= 0 else { throw obstacle(name, in: folder, path, errno) }
      close(folder)
      folder = next
    }
    guard let name = names.last else { throw StorageError(code: "storage", text: "\(root) is a folder, not a file") }
    path += "/" + name
    // Non-blocking matters for pipes alone, which are refused below.
    let flags = (purpose == .writing ? O_RDWR | O_CREAT : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let file = openat(folder, name, flags, 0o666)
    guard file >= 0 else { throw obstacle(name, in: folder, path, errno) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw StorageError(code: "storage", text: "\(path) is no regular file; move it away")
    }
    return file
  }

  private static func obstacle(_ name: String, in folder: Int32, _ path: String, _ number: Int32) -> StorageError {
    var status = stat()
    if fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFLNK {
      return StorageError(
        code: "storage",
        text: "\(path) is a symbolic link, and what a torrent names never leaves its folder; move the link away")
    }
    return StorageError("open", path, errno: number)
  }

  /// Failures show when the folder itself is opened.
  private static func makeFolders(_ path: String) {
    for slash in path.indices.dropFirst() where path[slash] == "/" { mkdir(String(path[..<slash]), 0o777) }
    mkdir(path, 0o777)
  }
}
