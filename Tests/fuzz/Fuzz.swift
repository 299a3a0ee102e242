import CLibFuzzer
import FuzzTargets
import Glibc

/// `fuzz TARGET [options of libFuzzer] [corpus…]`; see `Harness/fuzz`.
@main
enum Fuzz {
  static func main() {
    guard CommandLine.arguments.count > 1, let target = FuzzTarget.named(CommandLine.arguments[1]) else {
      for target in FuzzTarget.all { print("\(target.name)\t\(target.longestInput)\t\(target.summary)") }
      exit(CommandLine.arguments.count > 1 ? 64 : 0)
    }
    Chosen.target = target
    // libFuzzer keeps the arguments: they live as long as the process.
    var words = CommandLine.arguments
    words.remove(at: 1)
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
    for (place, word) in words.enumerated() { pointers[place] = strdup(word) }
    pointers[words.count] = nil
    var count = Int32(words.count)
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = pointers
    exit(LLVMFuzzerRunDriver(&count, &arguments, Chosen.run))
  }
}

/// A C function pointer captures nothing.
enum Chosen {
  /// Set once, before the first input.
  nonisolated(unsafe) static var target: FuzzTarget?

  static let run: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 = { bytes, count in
    do throws(BrokenRule) {
      try target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
      fatalError("\(error)")
    }
    return 0
  }
}
