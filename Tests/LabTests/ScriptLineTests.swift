import Glibc
import Lab
import Testing

@Suite("The first line of a script")
struct ScriptLineTests {
  @Test(
    "is read as the kernel reads it",
    arguments: [
      ("/bin/sh", "/bin/sh", ""), (" /bin/sh  -e ", "/bin/sh", "-e"),
      ("/usr/bin/env python3", "/usr/bin/env", "python3"), ("/bin/awk -f x y", "/bin/awk", "-f x y"), ("", "", ""),
    ])
  func parts(text: String, interpreter: String, argument: String) {
    let line = ScriptLine(text: text)
    #expect(line.interpreter == interpreter)
    #expect(line.argument == argument)
  }

  @Test(
    "names what cannot be found",
    arguments: [
      ("/bin/sh", nil), ("/usr/bin/env sh", nil), ("/usr/bin/env -S sh -e", nil), ("/usr/bin/env A=1 nowhere", nil),
      ("/nowhere/perl -w", "is a script for /nowhere/perl, which is not here"),
      ("/usr/bin/env no-such-program", "is a script for no-such-program, which is not in PATH"),
      ("/usr/bin/env -S no-such-program -u", "is a script for no-such-program, which is not in PATH"),
      ("/bin/sh\r", "is a script for /bin/sh, which is not here (its first line ends with a carriage return)"),
      ("", "names no interpreter behind #!"), ("sh", "is a script for sh, which is not here"),
    ])
  func trouble(text: String, expected: String?) {
    #expect(ScriptLine(text: text).trouble() == expected)
  }

  @Test("is not looked up where the client is given a PATH of its own")
  func ownPath() {
    #expect(ScriptLine(text: "/usr/bin/env no-such-program").trouble(whereLookupIsKnown: false) == nil)
    #expect(ScriptLine(text: "/nowhere/perl").trouble(whereLookupIsKnown: false) != nil)
  }

  @Test("is none in a program")
  func program() throws {
    #expect(ScriptLine(ofFile: try #require(ProgramPath.find("sh"))) == nil)
    #expect(ScriptLine(ofFile: "/nowhere") == nil)
  }
}
