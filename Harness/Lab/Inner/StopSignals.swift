import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// With which signal a process is asked to stop.
enum StopSignals {
  /// Nil is the tracker.
  static func number(of peer: PeerPlan?) -> Int32 {
    switch peer?.client.manners.stopSignal {
    case "INT": SIGINT
    case "QUIT": SIGQUIT
    case "HUP": SIGHUP
    case "KILL": SIGKILL
    default: SIGTERM
    }
  }
}
