import Glibc

/// What keeps a server or a client from going on.
public struct HTTPTrouble: Error, Hashable, CustomStringConvertible, Sendable {
  /// Short and stable: `port-in-use`, `listen`, `disk-full`, `storage` or `order`.
  public var code: String
  public var text: String

  init(code: String, text: String) {
    self.code = code
    self.text = text
  }

  init(_ action: String, _ path: String, _ number: Int32) {
    code = number == ENOSPC || number == EDQUOT ? "disk-full" : "storage"
    text = "\(action) \(path): \(String(cString: strerror(number)))"
  }

  public var description: String { text }
}
