import Glibc

/// A running `gzip` program that unpacks a file for us.
///
/// The program rather than a library: it is on every machine that can unpack a source archive, and it works beside us
/// on another core.
final class Gzip {
  private var process: pid_t
  private var complaints: Int32
  private let path: String

  private init(process: pid_t, complaints: Int32, path: String) {
    self.process = process
    self.complaints = complaints
    self.path = path
  }

  /// Starts unpacking `file` (a descriptor, closed here) and returns a descriptor to read from.
  static func unpack(file: Int32, path: String) throws(CaptureError) -> (gzip: Gzip, descriptor: Int32) {
    defer { close(file) }
    var pair: [Int32] = [-1, -1]
    var complaints: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0, socketpair(AF_UNIX, kind, 0, &complaints) == 0 else {
      throw failure("no descriptors left for it", path: path)
    }
    defer {
      close(pair[1])
      close(complaints[1])
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, file, 0)
    posix_spawn_file_actions_adddup2(&actions, pair[1], 1)
    posix_spawn_file_actions_adddup2(&actions, complaints[1], 2)
    let command = ["gzip", "-dc"]
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // An empty environment: GZIP and the locale must change nothing.
    var environment: [UnsafeMutablePointer<CChar>?] = [nil]
    var process: pid_t = 0
    let status = posix_spawnp(&process, "gzip", &actions, nil, &arguments, &environment)
    guard status == 0 else {
      close(pair[0])
      close(complaints[0])
      throw failure(String(cString: strerror(status)), path: path)
    }
    return (Gzip(process: process, complaints: complaints[0], path: path), pair[0])
  }

  private static func failure(_ reason: String, path: String) -> CaptureError {
    CaptureError(.gzip, what: "the gzip program could not be started: \(reason)", place: path, mend: "install gzip")
  }

  /// Waits for the program's end.
  ///
  /// - Returns: what it complained about, or nil if it ended well.
  func finish() -> String? {
    guard process > 0 else { return nil }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = read(complaints, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      if text.count < 4096 { text += chunk[..<count] }
    }
    close(complaints)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    process = 0
    guard status != 0 else { return nil }
    let said = String(decoding: text, as: UTF8.self).split(separator: "\n").first { !$0.allSatisfy(\.isWhitespace) }
    return said.map(String.init) ?? "gzip ended with wait status \(status)"
  }

  deinit { _ = finish() }
}
