/// Where client files are found. Whoever owns the disk hands it in; nothing here opens a file.
public struct ClientShelf: Sendable {
  /// A file that was read.
  public struct Source: Sendable {
    /// As diagnostics name it.
    public var file: String
    /// Absolute path of the folder that it lies in.
    public var folder: String
    public var bytes: [UInt8]

    public init(file: String, folder: String, bytes: [UInt8]) {
      self.file = file
      self.folder = folder
      self.bytes = bytes
    }
  }

  /// Names of the clients that ship, in order.
  public var names: [String]
  /// Folder of their files.
  public var folder: String
  /// Reads a file; nil where there is none.
  public var open: @Sendable (_ path: String) -> Source?

  public init(folder: String, names: [String], open: @escaping @Sendable (String) -> Source?) {
    self.names = names
    self.folder = folder
    self.open = open
  }

  /// No client but our own.
  public static let empty = ClientShelf(folder: "", names: []) { _ in nil }

  /// Whether a topology means a file of its author's, not a client that ships.
  static func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".client.yaml") }

  /// - Parameter folder: In which a relative path begins: that of the file which names it.
  func client(_ name: String, from folder: String) -> Source? {
    guard Self.isPath(name) else { return names.contains(name) ? open("\(self.folder)/\(name).client.yaml") : nil }
    return open(Self.joined(folder, name))
  }

  static func joined(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty { return path }
    return "\(folder)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
  }

  /// The folder part of a path; empty for a bare name.
  static func folder(of file: String) -> String {
    file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? ""
  }
}
