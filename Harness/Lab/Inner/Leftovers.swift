import Dispatch
public import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a run leaves in its folder: logs and evidence, not the payload again for every peer.
public enum Leftovers {
  /// For a lab that was ended before it could clear its folder itself: payload, the peers' data and the order socket
  /// go; plan, record, capture and logs stay. Nothing of the run may be alive any more.
  public static func clear(_ plan: Plan, folder: String) {
    let folder = RunFolder(path: folder)
    for peer in plan.peers { remove(folder.data(of: peer.name)) }
    remove(folder.payloadFolder)
    unlink("\(folder.path)/lab.sock")
  }

  /// Removes the peers' data, and the payload's bytes, which the plan can make again. The data of peers whose file is
  /// `wrong` stays, and then the payload as well, to be compared.
  static func clear(_ plan: Plan, _ folder: RunFolder, wrong: Set<String>) {
    // On all processors: what has not reached the disk yet is given up page by page.
    let right = plan.peers.filter { !wrong.contains($0.name) }.map { folder.data(of: $0.name) }
    DispatchQueue.concurrentPerform(iterations: right.count) { remove(right[$0]) }
    if wrong.isEmpty { unlink("\(folder.payloadFolder)/\(plan.payload.name)") }
  }

  /// Gives everything in the folder to `user`: a lab that ran as root through sudo leaves nothing that its user cannot
  /// remove.
  static func give(_ path: String, user: uid_t, group: gid_t) {
    walk(path) { entry, _ in lchown(entry, user, group) }
  }

  /// A folder and all that is in it; symbolic links are not followed.
  private static func remove(_ path: String) {
    walk(path) { entry, isFolder in if isFolder { rmdir(entry) } else { unlink(entry) } }
  }

  /// Children first.
  private static func walk(_ path: String, _ visit: (String, _ isFolder: Bool) -> Void) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if isFolder, let stream = opendir(path) {
      var names: [String] = []
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
      }
      closedir(stream)
      for name in names { walk("\(path)/\(name)", visit) }
    }
    visit(path, isFolder)
  }
}

enum Hex {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
