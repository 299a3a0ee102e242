/// The rule for names out of a torrent, which never may leave the download folder.
public enum PathComponent {
  /// The longest name that Linux file systems take, in bytes.
  public static let maximumSize = 255
  /// The longest path below the torrent's own folder, in bytes: what Linux takes in one call (PATH_MAX), less room for the
  /// folders above.
  public static let maximumPathSize = 3072

  /// Why `name` cannot be one component of a path, or nil when it can.
  ///
  /// Control characters are refused too, since names reach terminals and logs.
  public static func flaw(in name: String) -> String? {
    if name.isEmpty { return "it is empty" }
    if name == "." || name == ".." { return "it names another folder" }
    if name.utf8.count > maximumSize { return "it is longer than \(maximumSize) bytes" }
    for byte in name.utf8 {
      if byte == UInt8(ascii: "/") { return "it contains a slash" }
      if byte < 0x20 || byte == 0x7F { return "it contains a control character" }
    }
    return nil
  }
}
