#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A Unix socket in the run folder: the inner half connects to it, reports, and takes orders.
package enum OrderSocket {
  /// Longest path that fits `sockaddr_un`, its closing zero apart.
  static let longestPath = 107

  /// Where the socket lies: in the run folder, or where there is none or its path is too long in a fresh folder, which `folder`
  /// names for its removal. That is made in `temporary`, or in `/tmp` where a path from there is too long as well.
  package static func place(
    in runFolder: String?, temporary: String? = nil
  ) throws(LabError) -> (path: String, folder: String?) {
    if let path = runFolder.map({ "\($0)/lab.sock" }), path.utf8.count <= longestPath { return (path, nil) }
    let wanted = temporary ?? TemporaryPlace.folder
    let isShort = "\(wanted)/swarmlab-XXXXXX/lab.sock".utf8.count <= longestPath
    let parent = isShort ? wanted : TemporaryPlace.usual
    var template = Array("\(parent)/swarmlab-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw LabError(
        .environment, what: "no folder for a socket can be made: \(Descriptor.reason())", place: parent,
        mend: isShort
          ? TemporaryPlace.mend : "shorten TMPDIR: from \(wanted) a socket's path has more than \(longestPath) bytes")
    }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return ("\(folder)/lab.sock", folder)
  }

  /// Throws `LabError` when the socket cannot be made.
  static func makeListener(at path: String) throws(LabError) -> Int32 {
    unlink(path)
    return try open(path) { descriptor, address, length in
      bind(descriptor, address, length) == 0 && listen(descriptor, 1) == 0
    }
  }

  /// Throws `LabError` when nobody listens there.
  static func makeConnection(to path: String) throws(LabError) -> Int32 {
    try open(path) { connect($0, $1, $2) == 0 }
  }

  private static func open(
    _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
  ) throws(LabError) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(longestPath)) }
    let isUsable =
      descriptor >= 0
      && withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    guard isUsable else {
      let reason = Descriptor.reason()
      if descriptor >= 0 { close(descriptor) }
      throw LabError(.environment, what: "cannot be used as a socket: \(reason)", place: path)
    }
    return descriptor
  }
}
