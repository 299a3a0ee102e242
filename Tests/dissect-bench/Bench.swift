import Glibc

/// `dissect-bench make PATH MEBIBYTES SEGMENT`: a capture of that size of a swarm whose segments have at most so many bytes.
/// `dissect-bench follow PATH`: reads it as a live capture is followed, keeping nothing; `scrub PATH`: as one that is kept
/// scrubbed; `collect PATH`: gathers the trace.
@main
enum Bench {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    switch (words.first, words.count) {
    case ("make", 4):
      guard let size = Int(words[2]), let segment = Int(words[3]), size > 0, segment > 0 else { usage() }
      try MadeCapture.write(to: words[1], bytes: size << 20, segment: segment)
    case ("follow", 2): print(try Measure.following(words[1]))
    case ("scrub", 2): print(try Measure.scrubbing(words[1]))
    case ("collect", 2): print(try Measure.collecting(words[1]))
    default: usage()
    }
  }

  private static func usage() -> Never {
    print("usage: dissect-bench make PATH MEBIBYTES SEGMENT | follow PATH | scrub PATH | collect PATH")
    exit(64)
  }
}
