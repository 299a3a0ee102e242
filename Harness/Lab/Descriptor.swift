import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Plain calls on file descriptors, with errors that say what was meant.
package enum Descriptor {
  /// A pipe whose ends no child inherits. Throws `LabError` when no descriptor is left.
  package static func pipe() throws(LabError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard systemPipe(&ends) == 0 else {
      throw LabError(
        .environment, what: "no pipe can be made: \(reason())", expected: "enough open files (ulimit -n)",
        mend: "raise the hard limit of open files")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Opens or creates `path` to write at its end.
  static func appending(to path: String) throws(LabError) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw LabError(
        .environment, what: "cannot be written: \(reason())", place: path, expected: "a folder to write in")
    }
    return descriptor
  }

  package static func null() throws(LabError) -> Int32 {
    let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LabError(.environment, what: "cannot be opened: \(reason())", place: "/dev/null")
    }
    return descriptor
  }

  /// Writes all of `bytes`, waiting where it must. False when the other end is gone or the disk is full.
  @discardableResult static func write(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Bool {
    let buffer = Array(bytes)
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { raw in
        systemWrite(descriptor, raw.baseAddress.map { $0 + written }, raw.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }

  static func makeNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  static func reason() -> String { String(cString: strerror(errno)) }
}

/// `pipe` and `write` of the C library, which the names above hide.
private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

/// Reads a pipe or socket as bytes come, on an event loop, and closes it at its end.
package final class DescriptorReader: Sendable {
  private let descriptor: Int32
  private let loop: EventLoop
  private let bytes: @Sendable (UnsafeRawBufferPointer) -> Void
  private let end: @Sendable () -> Void
  private let isOver = Mutex(false)

  /// `bytes` is valid within the call. `end` is called once, after the last bytes.
  @discardableResult package init(
    _ descriptor: Int32, on loop: EventLoop = .shared, bytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
    end: @escaping @Sendable () -> Void
  ) {
    self.descriptor = descriptor
    self.loop = loop
    self.bytes = bytes
    self.end = end
    Descriptor.makeNonBlocking(descriptor)
    // One bounded read for each wake-up: a process that floods its pipe does not keep the others waiting.
    loop.watch(descriptor) { self.readOnce() }
  }

  /// On the loop: all that is there by now, of a writer that has gone.
  func drain() {
    while !isOver.withLock({ $0 }), readOnce() {}
  }

  /// Whether there was something.
  @discardableResult private func readOnce() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 {
        bytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return true
      }
      if count == 0 || (errno != EAGAIN && errno != EINTR) { finish() }
      return false
    }
  }

  /// Reads no more; the end is told.
  package func cancel() { loop.execute { self.finish() } }

  private func finish() {
    let isFirst = isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
    guard isFirst else { return }
    loop.unwatch(descriptor)
    close(descriptor)
    end()
  }
}

/// Cuts bytes into lines. A line longer than `limit` bytes is dropped whole, so that no sender can fill the memory.
package struct LineCutter {
  private var partial: [UInt8] = []
  private var isSkipping = false
  private let limit: Int

  package init(limit: Int = 1 << 20) { self.limit = limit }

  /// Calls `line` for each line that `bytes` completes, without its line end.
  package mutating func add(_ bytes: UnsafeRawBufferPointer, line: (String) -> Void) {
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if part.offset > 0 {
        if !isSkipping && !partial.isEmpty { line(String(decoding: partial, as: UTF8.self)) }
        partial.removeAll(keepingCapacity: true)
        isSkipping = false
      }
      if !isSkipping { partial += part.element }
      if partial.count > limit {
        partial.removeAll()
        isSkipping = true
      }
    }
  }
}
