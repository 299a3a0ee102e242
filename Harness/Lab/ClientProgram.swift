public import Planning

/// Whether a client given as a command can be executed here, found before anything is started.
public struct ClientTrouble: Hashable, Sendable {
  /// The program, as a path where it was found.
  public var program: String
  /// Ends a sentence that begins with the client.
  public var what: String
  public var expected: String
  public var mend: String

  /// Nil for a native client, and for one that can be executed as far as can be told.
  public init?(of client: ClientPlan) {
    guard client.kind == .command else { return nil }
    let name = client.command.first ?? ""
    guard let path = ProgramPath.find(name) else {
      program = name
      what = "cannot be executed"
      expected = name.contains("/") ? "an executable file there" : "such a program in PATH"
      mend =
        client.install.isEmpty
        ? client.name == nil ? "correct the topology's `command`, or install the client" : "install the client"
        : client.install
      return
    }
    // A PATH of the client's own is not looked into.
    let script = ScriptLine(ofFile: path)
    guard let trouble = script?.trouble(whereLookupIsKnown: client.environment["PATH"] == nil) else { return nil }
    program = path
    what = trouble
    expected = "an interpreter that can be executed behind #!"
    mend = "install it, or correct the script's first line"
  }
}

/// Programs that clients name, by the rules of a shell.
public enum ClientProgram {
  /// Nil where there is none that may be executed.
  public static func path(_ program: String) -> String? { ProgramPath.find(program) }
  public static func isExecutable(_ program: String) -> Bool { path(program) != nil }
}
