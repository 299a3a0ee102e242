#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What went wrong with a file: what was tried, on which path, and why the system refused.
public struct FileFault: Error, Sendable, CustomStringConvertible {
  public let what: String
  public let path: String
  public let code: Int32
  /// What to do about it.
  public let mend: String

  /// What was to be done with the file: another mend helps who reads than who writes.
  public enum Purpose: Sendable { case reading, writing }

  public init(_ what: String, _ path: String, _ code: Int32, purpose: Purpose = .writing, mend: String? = nil) {
    self.what = what
    self.path = path
    self.code = code
    self.mend = mend ?? (purpose == .reading ? Self.mendOfReading(code) : Self.mendOfWriting(code))
  }

  public var description: String { "\(what): \(path): \(String(cString: strerror(code)))" }

  private static func mendOfReading(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "let it be read (chmod +r; the folders above it need chmod +x), or run as who may read it"
    case ENOENT: "give a path that exists"
    case EISDIR: "give a file, not a folder"
    case ENOTDIR: "one of the path's folders is a file: give another path"
    case ELOOP: "the links at that path lead round in a ring: give the file itself"
    case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
    case EIO: "see whether the disk is sound"
    default: "see what stands at that path"
    }
  }

  private static func mendOfWriting(_ code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "make room on the disk, or choose another place with --output"
    case EACCES, EPERM, EROFS: "choose a place that may be written with --output, or mend the permissions"
    case ENOENT: "give a path that exists"
    case EISDIR: "a folder stands there: move it away, or choose another place with --output"
    case ENOTDIR: "one of the path's folders is a file: give another path"
    case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
    default: "see what stands at that path"
    }
  }
}

/// Small files, read and written whole.
public enum Files {
  /// The whole file as text; bytes that are not UTF-8 are replaced.
  public static func read(_ path: String) throws(FileFault) -> String {
    String(decoding: try bytes(of: path), as: UTF8.self)
  }

  public static func bytes(of path: String) throws(FileFault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault("cannot read the file", path, errno, purpose: .reading) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw FileFault("cannot read the file", path, errno, purpose: .reading) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  public static func write(_ text: String, to path: String) throws(FileFault) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFault("cannot write the file", path, errno) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 {
        let reason = errno
        close(descriptor)
        throw FileFault("cannot write the file", path, reason)
      }
      bytes = bytes.dropFirst(count)
    }
    guard close(descriptor) == 0 else { throw FileFault("cannot write the file", path, errno) }
  }

  /// Writes beside `path` and renames: who breaks it off, or has no room for it, still has the old file whole.
  public static func replace(_ path: String, with text: String) throws(FileFault) {
    let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let beside = "\(path[..<name]).\(path[name...]).\(getpid())"
    do throws(FileFault) {
      try write(text, to: beside)
    } catch {
      unlink(beside)
      throw FileFault(error.what, path, error.code)
    }
    guard rename(beside, path) == 0 else {
      let reason = errno
      unlink(beside)
      throw FileFault("cannot replace the file", path, reason)
    }
  }

  /// The folder and all above it.
  public static func makeFolders(_ path: String) throws(FileFault) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o755) != 0 && errno != EEXIST { throw FileFault("cannot make the folder", made, errno) }
    }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw FileFault("cannot make the folder", path, ENOTDIR)
    }
  }

  /// Makes a folder that is nobody else's, and all above it: `path`, or where that is taken `path-2`, `path-3` and so on.
  ///
  /// - Returns: which it became.
  public static func makeFolderOfItsOwn(_ path: String) throws(FileFault) -> String {
    if let end = path.lastIndex(of: "/"), end > path.startIndex { try makeFolders(String(path[..<end])) }
    var (candidate, attempt) = (path, 1)
    // mkdir is what decides between two of the same moment.
    while mkdir(candidate, 0o755) != 0 {
      guard errno == EEXIST else { throw FileFault("cannot make the folder", candidate, errno) }
      attempt += 1
      candidate = "\(path)-\(attempt)"
    }
    return candidate
  }

  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The file, or the folder with all that is in it; one that is not there is no fault.
  public static func remove(_ path: String) throws(FileFault) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try remove(path + "/" + name) }
      guard rmdir(path) == 0 || errno == ENOENT else { throw FileFault("cannot remove the folder", path, errno) }
    } else if unlink(path) != 0 && errno != ENOENT {
      throw FileFault("cannot remove the file", path, errno)
    }
  }

  /// What a folder holds, sorted.
  public static func names(in folder: String) throws(FileFault) -> [String] {
    guard let stream = opendir(folder) else {
      throw FileFault("cannot list the folder", folder, errno, purpose: .reading)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
