import Glibc

/// A small file that could not be read.
struct FileError: Error {
  var text: String

  static func contents(of path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, errno) }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var portion = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &portion, portion.count)
      if count == 0 { return contents }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path, errno)
      }
      guard contents.count + count <= limit else { throw FileError(text: "\(path) is longer than \(limit >> 20) MiB") }
      contents.append(contentsOf: portion[..<count])
    }
  }

  private init(_ path: String, _ number: Int32) { self.init(text: "\(path): \(String(cString: strerror(number)))") }
  init(text: String) { self.text = text }
}
