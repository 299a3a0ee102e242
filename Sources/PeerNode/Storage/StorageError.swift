import Glibc

/// What went wrong with the payload on disk.
package struct StorageError: Error, Hashable, CustomStringConvertible {
  /// Short and stable: `disk-full` or `storage`.
  package var code: String
  package var text: String

  package init(code: String, text: String) {
    self.code = code
    self.text = text
  }

  init(_ action: String, _ path: String, errno number: Int32) {
    let isFull = number == ENOSPC || number == EDQUOT
    code = isFull ? "disk-full" : "storage"
    let mend = isFull ? "; free some space, the peer tries again by itself" : ""
    text = "cannot \(action) \(path): \(String(cString: strerror(number)))\(mend)"
  }

  package var description: String { text }
}
