#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where a run leaves what it made: `<output>/<name>/<UTC time>-<random seed>`.
///
/// While it runs the folder is named `….running`; at the end it is renamed, to `….partial` after an interrupt. `latest`
/// in the output folder points at the last complete one. Two runs that begin in the same second get folders of their own.
public struct RunFolder: Sendable {
  public enum Stage: Sendable, Hashable { case running, partial, complete }

  /// Folder that holds all runs, as it was given.
  public let output: String
  public let name: String
  public private(set) var stage: Stage
  private var stem: String

  public var path: String { Self.path(output, name, stem, stage) }

  private static func path(_ output: String, _ name: String, _ stem: String, _ stage: Stage) -> String {
    switch stage {
    case .running: "\(output)/\(name)/\(stem).running"
    case .partial: "\(output)/\(name)/\(stem).partial"
    case .complete: "\(output)/\(name)/\(stem)"
    }
  }

  /// The last part of its path.
  public var folderName: String { path.split(separator: "/").last.map(String.init) ?? path }

  public func file(_ name: String) -> String { path + "/" + name }

  /// Makes the folder. `secondsSince1970` names it. Throws `FileFault` where it cannot be made.
  public static func create(
    in output: String, name: String, randomSeed: UInt64, secondsSince1970: Int64
  ) throws(FileFault) -> RunFolder {
    try Files.makeFolders("\(output)/\(name)")
    let base = "\(stamp(secondsSince1970))-\(randomSeed)"
    for attempt in 1... {
      let stem = attempt == 1 ? base : "\(base)-\(attempt)"
      let taken = [Stage.partial, .complete].contains { access(path(output, name, stem, $0), F_OK) == 0 }
      if taken { continue }
      // mkdir is what decides between two runs of the same second.
      if mkdir(path(output, name, stem, .running), 0o755) == 0 {
        return RunFolder(output: output, name: name, stage: .running, stem: stem)
      }
      if errno != EEXIST {
        throw FileFault("cannot make the run folder", path(output, name, stem, .running), errno)
      }
    }
    throw FileFault("cannot find a free name for the run folder", "\(output)/\(name)/\(base)", EEXIST)
  }

  /// Gives it its final name.
  public mutating func complete() throws(FileFault) { try rename(to: .complete) }

  /// Marks it as cut short; `latest` stays where it is.
  public mutating func interrupt() throws(FileFault) { try rename(to: .partial) }

  /// Takes it away, and the folder of its name where that is empty then: nothing came of the run.
  public func remove() throws(FileFault) {
    try Files.remove(path)
    // Not empty is the usual case, and as good.
    rmdir("\(output)/\(name)")
  }

  private mutating func rename(to next: Stage) throws(FileFault) {
    let base = stem
    for attempt in 1...1000 {
      let candidate = attempt == 1 ? base : "\(base)-again-\(attempt)"
      if Glibc.rename(path, Self.path(output, name, candidate, next)) == 0 {
        stage = next
        stem = candidate
        return
      }
      if errno != EEXIST && errno != ENOTEMPTY { break }
    }
    throw FileFault("cannot rename the run folder", path, errno)
  }

  /// Lets `latest` point at this one, which is complete. Replaced in one step, so that who follows the link never finds
  /// nothing. What is no link was made by somebody else and stays: the run is as good without it.
  public func pointLatest() throws(FileFault) {
    let link = "\(output)/latest"
    var status = stat()
    if lstat(link, &status) == 0, status.st_mode & S_IFMT != S_IFLNK {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      let noun = isFolder ? "a folder" : "a file"
      throw FileFault(
        "cannot point at the latest run: \(noun) stands where its link belongs", link, isFolder ? EISDIR : EEXIST,
        mend: "move that \(isFolder ? "folder" : "file") away; the run itself lies in \(path)")
    }
    let temporary = "\(output)/.latest.\(getpid()).\(stem)"
    unlink(temporary)
    guard symlink("\(name)/\(stem)", temporary) == 0 else {
      throw FileFault("cannot make the link to the latest run", temporary, errno)
    }
    guard Glibc.rename(temporary, link) == 0 else {
      let reason = errno
      unlink(temporary)
      throw FileFault("cannot replace the link to the latest run", link, reason)
    }
  }

  /// `20261124T150312Z`.
  public static func stamp(_ secondsSince1970: Int64) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { Quantity.padded(Int64(value)) }
    return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))T\(two(parts.tm_hour))"
      + "\(two(parts.tm_min))\(two(parts.tm_sec))Z"
  }
}
