#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How long the swarm's threads wait for a processor, by the kernel's account of each (`/proc/PID/task/TID/schedstat`:
/// nanoseconds run, nanoseconds waited, turns had).
///
/// The lab's own timer does not tell it: a thread that sleeps much gets its turn soon, one with work to do waits for all
/// others that have. Measured with 33 peers at speed 20 on two processors, the timer was at most 10 ms late while peers
/// waited 40 to 60 ms for each turn.
package struct ProcessorWaits {
  private struct Account {
    var waited: Int64
    var turns: Int64
  }

  private var accounts: [Int32: Account] = [:]
  /// By process; a thread that begins later is found when the list is made again.
  private var threads: [Int32: [Int32]] = [:]
  private var longest: Int64 = 0

  package init() {}

  /// Looks at the threads of these processes, to be called several times in the shortest wait that matters: what lies
  /// between two calls is told apart only by the number of turns.
  package mutating func look(at processes: [Int32]) {
    for process in processes {
      for thread in threads[process] ?? list(process) {
        guard let now = Self.account(process, thread) else {
          accounts[thread] = nil
          continue
        }
        if let before = accounts[thread], now.turns > before.turns {
          longest = max(longest, (now.waited - before.waited) / (now.turns - before.turns))
        }
        accounts[thread] = now
      }
    }
  }

  /// Nanoseconds of the longest wait for one turn since this was last asked; nil where the kernel does not tell.
  package mutating func take() -> Int64? {
    defer { (longest, threads) = (0, [:]) }
    return accounts.isEmpty ? nil : longest
  }

  private mutating func list(_ process: Int32) -> [Int32] {
    var found: [Int32] = []
    if let folder = opendir("/proc/\(process)/task") {
      defer { closedir(folder) }
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if let thread = Int32(name) { found.append(thread) }
      }
    }
    threads[process] = found
    return found
  }

  private static func account(_ process: Int32, _ thread: Int32) -> Account? {
    let descriptor = open("/proc/\(process)/task/\(thread)/schedstat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return withUnsafeTemporaryAllocation(byteCount: 96, alignment: 1) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return nil }
      let fields = String(decoding: buffer[..<count], as: UTF8.self).split { $0 == " " || $0 == "\n" }
      guard fields.count == 3, let waited = Int64(fields[1]), let turns = Int64(fields[2]) else { return nil }
      return Account(waited: waited, turns: turns)
    }
  }
}
