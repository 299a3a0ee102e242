import Synchronization

/// Orders of the outer half, from the socket. Its end means stop: the outer half has gone.
final class OrderReader: Sendable {
  private let cutter = Mutex(LineCutter())
  private let reader = Mutex<DescriptorReader?>(nil)

  init(_ descriptor: Int32, _ order: @escaping @Sendable (LabOrder) -> Void) {
    let reader = DescriptorReader(descriptor) { [self] bytes in
      var lines: [String] = []
      cutter.withLock { $0.add(bytes) { lines.append($0) } }
      for line in lines { if let known = MessageLine.decode(LabOrder.self, line) { order(known) } }
    } end: {
      order(.stop(reason: .interrupted))
    }
    self.reader.withLock { $0 = reader }
  }

  func cancel() { reader.withLock { $0 }?.cancel() }
}
