import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why a tracker cannot start, with a short stable code and what mends it.
public struct TrackerError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case portInUse = "port-in-use"
    case addressUnavailable = "address-unavailable"
    case notPermitted = "not-permitted"
    case cannotListen = "cannot-listen"
    case cannotLog = "cannot-log"
  }

  public let code: Code
  public let description: String

  init(code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  init(listeningOn address: String, _ error: any Error) {
    let number = (error as? IOError)?.errnoCode
    switch number {
    case EADDRINUSE:
      self.init(code: .portInUse, "\(address) is taken by another process; choose another port, or end that process")
    case EADDRNOTAVAIL:
      self.init(code: .addressUnavailable, "this machine does not have the address of \(address)")
    case EACCES, EPERM:
      self.init(code: .notPermitted, "listening on \(address) is not permitted; choose a port above 1023")
    default: self.init(code: .cannotListen, "cannot listen on \(address): \(error)")
    }
  }
}
