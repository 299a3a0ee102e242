/// Packets of one direction that came before what precedes them: copied, sorted by number, each number once.
struct WaitingPackets {
  struct Packet {
    /// Counted from the first packet of the direction, which is 0.
    var number: Int64
    var bytes: [UInt8]
    /// Bytes that the capture cut off.
    var cut: Int
    var stamp: Stamp
    var frameOffset: Int
    /// Later frames that brought it again.
    var copies: [Copy] = []
  }

  struct Copy {
    var frame: Int32
    var frameOffset: Int
    var length: Int
  }

  private var packets: [Packet] = []
  private var head = 0
  /// What they take, with so much for each besides its bytes.
  private(set) var bytes = 0
  private static let overhead = 64

  var isEmpty: Bool { head == packets.count }
  var first: Packet? { isEmpty ? nil : packets[head] }

  /// Remembers, for the scrubber, where a packet that waits already is once more.
  ///
  /// - Returns: bytes that are held more than before.
  mutating func note(_ copy: Copy, of number: Int64) -> Int {
    guard let position = packets[head...].lastIndex(where: { $0.number == number }) else { return 0 }
    packets[position].copies.append(copy)
    bytes += Self.overhead
    return Self.overhead
  }

  /// - Returns: bytes that are held more than before; 0 if the number waits already.
  mutating func insert(_ packet: Packet) -> Int {
    var position = packets.count
    while position > head && packets[position - 1].number >= packet.number { position -= 1 }
    if position < packets.count && packets[position].number == packet.number { return 0 }
    packets.insert(packet, at: position)
    let added = packet.bytes.count + Self.overhead
    bytes += added
    return added
  }

  mutating func popFirst() -> (packet: Packet, freed: Int)? {
    guard let first else { return nil }
    packets[head].bytes = []
    head += 1
    let freed = first.bytes.count + Self.overhead * (1 + first.copies.count)
    bytes -= freed
    if isEmpty {
      packets.removeAll(keepingCapacity: packets.count < 64)
      head = 0
    } else if head >= 64 {
      packets.removeFirst(head)
      head = 0
    }
    return (first, freed)
  }
}
