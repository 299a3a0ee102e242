import ArgumentParser
import Lab

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where the process begins. The inner half of a run (`swarmlab lab …`) is the first thing looked for: inside the sandbox
/// nothing else may happen before the lab has taken hold of its lifeline.
@main
enum Entry {
  static func main() async {
    let arguments = CommandLine.arguments
    if arguments.count > 1 && arguments[1] == "lab" {
      exit(await LabMain.main(arguments: Array(arguments.dropFirst(2))))
    }
    await Swarmlab.main()
  }
}
