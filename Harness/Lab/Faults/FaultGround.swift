#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What faults of the network need of the kernel, laid and tried before anything runs: where it is lacking that is told at
/// the start, and not by an experiment that was another one.
enum FaultGround {
  /// Throws `LabError` (environment) naming what lacks.
  static func lay(for needs: Set<Sandbox.Capability>, with launcher: any Launcher) async throws(LabError) {
    if !needs.isDisjoint(with: [.partition, .silentAddressChange]) {
      let groundwork = NetworkFaultScript.groundwork
      try await Tool(groundwork.program).run(groundwork.arguments, input: groundwork.lines, launcher)
    }
    if needs.contains(.connectionResets) { try await tryReset(with: launcher) }
  }

  /// Resets a connection of our own. A kernel without CONFIG_INET_DIAG_DESTROY resets nothing, and `ss` does not say so.
  private static func tryReset(with launcher: any Launcher) async throws(LabError) {
    let (connection, listener) = (makeSocket(), makeSocket())
    defer {
      close(connection)
      close(listener)
    }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    let isOpen =
      withName(&name) { bind(listener, $0, $1.pointee) == 0 } && listen(listener, 1) == 0
      && withName(&name) { getsockname(listener, $0, $1) == 0 }
      && withName(&name) { connect(connection, $0, $1.pointee) == 0 }
      && withName(&name) { getsockname(connection, $0, $1) == 0 }
    guard isOpen else {
      throw LabError(.environment, what: "no connection on lo can be opened: \(Descriptor.reason())")
    }
    let port = UInt16(bigEndian: name.sin_port)
    try await Tool("ss").run(["-H", "-n", "-t", "-K", "sport", "=", ":\(port)"], input: [], launcher)
    var byte: UInt8 = 0
    guard recv(connection, &byte, 1, Int32(MSG_DONTWAIT)) < 0, errno != EAGAIN else {
      throw LabError(
        .environment, what: "connections cannot be reset: this kernel was built without CONFIG_INET_DIAG_DESTROY")
    }
  }

  private static func makeSocket() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  private static func withName(
    _ name: inout sockaddr_in, _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Bool
  ) -> Bool {
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &size) }
    }
  }
}
