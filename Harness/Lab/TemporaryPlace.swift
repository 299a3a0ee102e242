#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where the lab puts what nobody keeps.
enum TemporaryPlace {
  static let usual = "/tmp"

  /// What `TMPDIR` names, or `/tmp` where that is not set.
  static var folder: String {
    let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return named.isEmpty ? usual : named
  }

  static let mend = "let TMPDIR name a folder that you may write to"
}
