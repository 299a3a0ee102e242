#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How the sandbox's own network is set before anything runs in it. Never the host's.
package struct NetworkSettings: Sendable, Hashable {
  /// Swarm seconds for each real one.
  package var speed: Double
  package var limits: KernelLimits
  /// Whether tracker and peers have addresses of 10.0.0.0/8, which must first be made local.
  package var usesPrivateRange = false

  package init(speed: Double, limits: KernelLimits, usesPrivateRange: Bool = false) {
    self.speed = speed
    self.limits = limits
    self.usesPrivateRange = usesPrivateRange
  }

  /// Kernel settings below `/proc/sys/net/ipv4`, with whether the swarm can do without.
  ///
  /// With default buffers 41 s of data waits in the kernel at 64 KiB/s, and a choke queues behind it; the default
  /// congestion control may be one with clocks of its own, which no speed scales.
  package var kernelSettings: [(name: String, value: String, isOptional: Bool)] {
    [
      ("tcp_wmem", "4096 16384 131072", false),
      ("tcp_rmem", "4096 131072 131072", false),
      ("tcp_notsent_lowat", "16384", false),
      ("tcp_congestion_control", "reno", false),
      // Linux 6.11 and later.
      ("tcp_rto_min_us", String(max(5000, Int(200_000 / speed))), true),
    ]
  }

  /// Lines for `ip -batch`. The MTU stays: a lower one makes acknowledgements eat the upload.
  package var linkScript: [String] {
    ["link set dev lo up", "link set dev lo gso_max_size 16384"]
      + (usesPrivateRange ? ["route add local 10.0.0.0/8 dev lo"] : []) + limits.linkScript
  }

  /// Puts everything in force. Returns notes for a person. Throws `LabError` (environment).
  func apply(with launcher: any Launcher) async throws(LabError) -> [String] {
    let notes = try applyKernelSettings()
    try await Tool("ip").run(["-batch", "-"], input: linkScript, launcher)
    if !limits.isEmpty { try await Tool("tc").run(["-batch", "-"], input: limits.script, launcher) }
    return notes
  }

  /// In the calling thread's network namespace. Returns notes. Throws `LabError` (environment).
  func applyKernelSettings() throws(LabError) -> [String] {
    var notes: [String] = []
    for setting in kernelSettings {
      do throws(LabError) {
        try Self.write(setting.value, to: "/proc/sys/net/ipv4/\(setting.name)")
      } catch {
        guard setting.isOptional else { throw error }
        notes.append("\(error.place) \(error.what)")
      }
    }
    return notes
  }

  static func write(_ value: String, to path: String) throws(LabError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0, Descriptor.write(value.utf8, to: descriptor) else {
      let reason = Descriptor.reason()
      if descriptor >= 0 { close(descriptor) }
      throw LabError(.environment, what: "cannot be set to \(value): \(reason)", place: path)
    }
    close(descriptor)
  }
}

/// A program of the system that reads a script on its standard input.
struct Tool: Sendable {
  var name: String

  init(_ name: String) { self.name = name }

  /// Throws `LabError` (environment) when the tool is missing or refuses a line, with its own words.
  ///
  /// - Parameter prefix: Before its command line, to run it elsewhere.
  func run(
    _ arguments: [String], input: [String], _ launcher: any Launcher, prefix: [String] = []
  ) async throws(LabError) {
    guard let path = ProgramPath.find(name) else {
      throw LabError(
        .environment, what: "\(name) is not installed", mend: "install \(name == "nft" ? "nftables" : "iproute2")")
    }
    let script = try Self.temporaryFile()
    guard Descriptor.write((input.joined(separator: "\n") + "\n").utf8, to: script), lseek(script, 0, SEEK_SET) == 0
    else {
      close(script)
      throw LabError(.environment, what: "a script for \(name) cannot be written: \(Descriptor.reason())")
    }
    let output = try Self.temporaryFile()
    defer { close(output) }
    let termination = try await launcher.run(
      LaunchRequest(
        commandLine: prefix + [path] + arguments, company: .parents, input: script,
        output: fcntl(output, F_DUPFD_CLOEXEC, 0), error: fcntl(output, F_DUPFD_CLOEXEC, 0))
    ) { _ in }
    guard termination == .exited(0) else {
      let words = Self.contents(output).split(separator: "\n").prefix(3).joined(separator: " / ")
      throw LabError(
        .environment,
        what: "\(name) \(arguments.joined(separator: " ")) ended with \(termination.description): \(words)",
        mend: "this kernel or this sandbox lacks what the topology's kernel limits or faults need")
    }
  }

  /// Without a name from the start, so it can neither block its writer as a pipe can nor be left behind.
  private static func temporaryFile() throws(LabError) -> Int32 {
    let folder = TemporaryPlace.folder
    var template = Array("\(folder)/swarmlab-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw LabError(
        .environment, what: "no file can be made: \(Descriptor.reason())", place: folder, mend: TemporaryPlace.mend)
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  private static func contents(_ descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }
}
