import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The peers' folders, before they start.
enum Seats {
  /// Makes a folder for each; seeds find the payload in theirs. Throws `LabError` when the disk has no room.
  static func prepare(_ plan: Plan, _ lines: CommandLines, _ payload: Payload) throws(LabError) {
    let folder = lines.folder
    try checkRoom(plan, folder)
    for peer in plan.peers {
      let data = folder.data(of: peer.name)
      try RunFolder.make(data)
      if plan.withOwnDisks.contains(peer.name) { try folder.disk(of: peer.name, plan).make() }
      try furnish(peer, lines)
      guard peer.role == .seed else { continue }
      let path = "\(data)/\(plan.payload.name)"
      unlink(path)
      switch peer.client.kind {
      case .native:
        // Our own peer only reads a file that it is told to be complete.
        guard link(payload.path, path) == 0 else { try copy(payload.path, path); continue }
      case .command: try copy(payload.path, path)
      }
    }
  }

  /// What a foreign client finds in its home.
  private static func furnish(_ peer: PeerPlan, _ lines: CommandLines) throws(LabError) {
    guard peer.client.kind == .command else { return }
    try RunFolder.make(lines.folder.home(of: peer.name))
    for (path, content) in lines.files(peer) {
      try RunFolder.make(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
      switch content {
      case .text(let text): try RunFolder.write(Array(text.utf8), to: path)
      case .copy(let original): try copy(original, path)
      }
    }
  }

  /// What names a peer's address is written anew where that has changed; whatever else its client has made of its files stays.
  static func furnish(_ peer: PeerPlan, as before: PeerPlan, _ lines: CommandLines) throws(LabError) {
    for (new, old) in zip(lines.files(peer), lines.files(before)) where new.content != old.content {
      guard case .text(let text) = new.content else { continue }
      try RunFolder.write(Array(text.utf8), to: new.path)
    }
  }

  /// A full disk in mid-run would look like a slow swarm.
  private static func checkRoom(_ plan: Plan, _ folder: RunFolder) throws(LabError) {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return }
    let needed = DiskRoom(plan)
    let free = Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    guard free < needed.bytes else { return }
    let copies = needed.copies == 1 ? "1 copy" : "\(needed.copies) copies"
    throw LabError(
      .environment,
      what: "\(mebibytes(free)) free, and the run may take \(mebibytes(needed.bytes)): \(copies) of the payload "
        + "\(mebibytes(needed.copyBytes)), the capture up to \(mebibytes(needed.captureBytes))",
      place: folder.path,
      mend: "make room, set another folder with --output, or bound the capture with `capture: {atMost: …}`")
  }

  private static func mebibytes(_ bytes: Int64) -> String { "\(bytes / 1_048_576) MiB" }

  private static func copy(_ from: String, _ to: String) throws(LabError) {
    let source = open(from, O_RDONLY | O_CLOEXEC)
    // The payload has just been made: this is a file that a client wants.
    guard source >= 0 else {
      throw LabError(
        .usage, what: "cannot be copied to \(to): \(Descriptor.reason())", place: from,
        expected: "a file that can be read", mend: "correct its `copy` under the client's `files`")
    }
    defer { close(source) }
    try copy(source, named: from, to)
  }

  /// - Parameter source: A descriptor, which stays open.
  static func copy(_ source: Int32, named from: String, _ to: String) throws(LabError) {
    let target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(target) }
    var count = 0
    repeat { count = sendfile(target, source, nil, 1 << 26) } while count > 0
    guard target >= 0, count == 0 else {
      throw LabError(.environment, what: "\(from) cannot be copied here: \(Descriptor.reason())", place: to)
    }
  }
}
