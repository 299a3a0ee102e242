import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file system of its own for a peer's data, in memory, which can be full and have room again.
///
/// It is full by its size, which becomes what is used: what the peer holds it can read and write over, and any new page is
/// refused with ENOSPC, as by a disk. (Measured: Linux 6.18, in a user namespace.)
struct OwnDisk: Sendable {
  /// Absolute path of the folder, which is there.
  var path: String
  /// Bytes, while it is not full.
  var size: Int64

  /// Room for the payload and for what a client puts beside it.
  init(path: String, payload: PayloadPlan) {
    self.path = path
    size = 2 * payload.sizeBytes + (16 << 20)
  }

  /// Throws `LabError` (environment).
  func make() throws(LabError) {
    guard mount("tmpfs", path, "tmpfs", UInt(MS_NOSUID | MS_NODEV), "size=\(size),mode=755") == 0 else {
      throw trouble("a file system of its own cannot be mounted there")
    }
  }

  /// Throws `LabError` (environment).
  func set(full isFull: Bool) throws(LabError) {
    // The peer may write between the question how much is used and the answer to it.
    for _ in 0..<100 {
      let bytes = isFull ? try used() : size
      if mount(nil, path, nil, UInt(MS_REMOUNT | MS_NOSUID | MS_NODEV), "size=\(bytes)") == 0 { return }
      guard isFull, errno == EINVAL else { break }
    }
    throw trouble("its file system cannot be \(isFull ? "filled" : "given room again")")
  }

  /// Takes the file system away, and all that is on it but `file`, which stays in the folder below. Throws `LabError`.
  func remove(keeping file: String?) throws(LabError) {
    let kept = file.map { open("\(path)/\($0)", O_RDONLY | O_CLOEXEC) } ?? -1
    defer { if kept >= 0 { close(kept) } }
    umount2(path, Int32(MNT_DETACH))
    if let file, kept >= 0 { try Seats.copy(kept, named: file, "\(path)/\(file)") }
  }

  /// Bytes, one page at least: a size of zero is no limit.
  private func used() throws(LabError) -> Int64 {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw trouble("nobody knows what is used of it") }
    return Int64(max(1, status.f_blocks - status.f_bfree)) * Int64(status.f_frsize)
  }

  private func trouble(_ what: String) -> LabError {
    LabError(.environment, what: "\(what): \(Descriptor.reason())", place: path)
  }
}

extension RunFolder {
  func disk(of name: String, _ plan: Plan) -> OwnDisk { OwnDisk(path: data(of: name), payload: plan.payload) }
}
