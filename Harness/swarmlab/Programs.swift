import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Programs on this machine.
enum Programs {
  /// Path of the running executable.
  static func ownPath() throws -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { raw in
      raw.baseAddress.map { readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), raw.count) } ?? -1
    }
    guard count > 0 else {
      throw Failure(
        state: .environment, what: "cannot tell the path of this program", place: "/proc/self/exe",
        mend: "mount /proc")
    }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  static func beside(_ executable: String, _ name: String) -> String? {
    let folder = executable.lastIndex(of: "/").map { executable[..<$0] } ?? "."
    let path = "\(folder)/\(name)"
    return access(path, X_OK) == 0 ? path : nil
  }

  /// The path from the root, without links.
  static func absolute(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else { throw FileFault("cannot resolve the path", path, errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
