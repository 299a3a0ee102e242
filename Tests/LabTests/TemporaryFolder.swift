import Glibc

/// A folder of a test's own, which goes with the scope.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  var template = Array("/tmp/swarmlab-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw NoFolder() }
  let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  chmod(path, 0o777)
  defer { removeTree(path) }
  return try await body(path)
}

struct NoFolder: Error {}

private func removeTree(_ path: String) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  if status.st_mode & S_IFMT == S_IFDIR, let stream = opendir(path) {
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    closedir(stream)
    for name in names where name != "." && name != ".." { removeTree("\(path)/\(name)") }
    rmdir(path)
  } else {
    unlink(path)
  }
}

func contents(of path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return bytes }
    bytes += chunk[..<count]
  }
}

func text(of path: String) -> String? { contents(of: path).map { String(decoding: $0, as: UTF8.self) } }
