/// Why a `.torrent` file is refused: where in it, and what was expected.
public struct MetainfoError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Hashable, Sendable {
    case notBencode(BencodeError)
    /// A key is absent, or holds something of another kind.
    case expected(String)
    /// A number outside what makes sense; `allowed` says what does.
    case outOfRange(value: Int64, allowed: String)
    case wrongHashCount(bytes: Int, expected: Int64)
    case unsafeName(String, why: String)
    case duplicatePath(String)
    case emptyPayload
    case versionTwoOnly
  }

  public let reason: Reason
  /// Keys from the root, as `info.files[3].path`.
  public let place: String

  public var description: String { "torrent, \(place): \(reason.text)" }
}

extension MetainfoError.Reason {
  var text: String {
    switch self {
    case .notBencode(let error): "\(error)"
    case .expected(let what): "expected \(what)"
    case .outOfRange(let value, let allowed): "\(value) is out of range; expected \(allowed)"
    case .wrongHashCount(let bytes, let expected):
      "\(bytes) bytes of hashes; the payload's length asks for \(expected)"
    case .unsafeName(let name, let why): "the name \(String(reflecting: name)) is refused: \(why)"
    case .duplicatePath(let path): "the path \(String(reflecting: path)) occurs twice, or is a folder elsewhere"
    case .emptyPayload: "the payload has no bytes"
    case .versionTwoOnly: "a torrent of version 2 only (BEP 52); one of version 1 or both is needed"
    }
  }
}
