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
    occupyStandardDescriptors()
    // Nobody reads standard output any more (`| head`): what is written to it is lost, and the run goes on to its end.
    // A handler, since what is ignored would stay ignored in every program that we start.
    signal(SIGPIPE, doNothing)
    let arguments = CommandLine.arguments
    if arguments.count > 1 && arguments[1] == "lab" {
      exit(await LabMain.main(arguments: Array(arguments.dropFirst(2))))
    }
    await Swarmlab.main()
  }
}

/// Who starts us with standard input, output or error closed (`>&-`) would have the first file or socket that we open in
/// its place, and what we print in that file.
private func occupyStandardDescriptors() {
  var descriptor = open("/dev/null", O_RDWR)
  while (0...2).contains(descriptor) { descriptor = open("/dev/null", O_RDWR) }
  if descriptor > 2 { close(descriptor) }
}

/// Isolated to nothing: it runs on whatever thread wrote.
private nonisolated func doNothing(_ signal: Int32) {}
