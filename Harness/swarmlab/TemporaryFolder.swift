import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A folder for what nobody keeps, in `TMPDIR`, or in `/tmp` where that is not set; its maker removes it.
enum TemporaryFolder {
  static func make() throws(FileFault) -> String {
    var parent = Output.environment("TMPDIR") ?? ""
    if parent.isEmpty { parent = "/tmp" }
    var template = Array("\(parent)/swarmlab-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileFault(
        "cannot make a temporary folder", parent, errno, mend: "let TMPDIR name a folder that you may write to")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
