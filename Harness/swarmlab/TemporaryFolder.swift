import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A folder for what nobody keeps; its maker removes it.
enum TemporaryFolder {
  static func make() throws(FileFault) -> String {
    var template = Array("/tmp/swarmlab-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileFault("cannot make the folder", "/tmp", errno) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
