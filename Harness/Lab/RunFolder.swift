import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What lies where in the folder of a run.
struct RunFolder: Sendable, Hashable {
  /// Absolute.
  var path: String

  var plan: String { "\(path)/plan.yaml" }
  var record: String { "\(path)/record.jsonl" }
  var capture: String { "\(path)/capture.pcap" }
  var payloadFolder: String { "\(path)/payload" }
  var trackerFolder: String { "\(path)/tracker" }
  func peer(_ name: String) -> String { "\(path)/peers/\(name)" }
  /// Configuration and state of a foreign client, and where it runs.
  func home(of name: String) -> String { "\(peer(name))/home" }
  func data(of name: String) -> String { "\(peer(name))/data" }

  /// Writes `plan.yaml` unless it is there. Throws `LabError`.
  static func writePlanIfAbsent(_ plan: Plan, in folder: String) throws(LabError) {
    let path = RunFolder(path: folder).plan
    guard access(path, F_OK) != 0 else { return }
    try write(Array(plan.yaml.utf8), to: path)
  }

  /// Makes `path` and the folders it lies in. Throws `LabError`.
  static func make(_ path: String) throws(LabError) {
    var partial = ""
    for part in path.split(separator: "/") {
      partial += "/\(part)"
      guard mkdir(partial, 0o755) == 0 || errno == EEXIST || errno == EISDIR || errno == EROFS else {
        throw LabError(.environment, what: "cannot be made: \(Descriptor.reason())", place: partial)
      }
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(LabError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw LabError(.environment, what: "cannot be written: \(Descriptor.reason())", place: path)
    }
    defer { close(descriptor) }
    guard Descriptor.write(bytes, to: descriptor) else {
      throw LabError(
        .environment, what: "cannot be written whole: \(Descriptor.reason())", place: path, expected: "room on the disk"
      )
    }
  }

  static func read(_ path: String) throws(LabError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LabError(.harness, what: "cannot be read: \(Descriptor.reason())", place: path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw LabError(.harness, what: "cannot be read: \(Descriptor.reason())", place: path) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
