import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What this process and all that it started and saw the end of have used of the machine's processors.
enum ProcessorUse {
  static func nanoseconds() -> Int64 { of(RUSAGE_SELF) + of(RUSAGE_CHILDREN) }

  private static func of(_ who: __rusage_who) -> Int64 {
    var usage = rusage()
    guard getrusage(__rusage_who_t(who.rawValue), &usage) == 0 else { return 0 }
    let microseconds = [usage.ru_utime, usage.ru_stime].reduce(Int64(0)) {
      $0 + Int64($1.tv_sec) * 1_000_000 + Int64($1.tv_usec)
    }
    return microseconds * 1000
  }

  /// What nobody has used since the machine was started, summed over its processors (proc(5), `/proc/stat`: idle and
  /// waiting for disks, in hundredths of a second); nil where that is not told.
  static func idleNanoseconds() -> Int64? {
    guard let line = try? Files.read("/proc/stat").split(separator: "\n").first else { return nil }
    let times = line.split(separator: " ").dropFirst().compactMap { Int64($0) }
    return times.count > 4 ? (times[3] + times[4]) * 10_000_000 : nil
  }

  /// Those that there are.
  static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
