import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Who comes to a responder: the one that begins with a handshake for the torrent is the guest, others are sent away.
///
/// Some clients try an encrypted handshake first, and a plain one on the next connection (aria2 1.36 always).
struct Reception {
  struct Guest {
    let socket: LiveSocket
    /// What it said so far.
    var bytes: [UInt8] = []
  }

  let listener: LiveSocket
  let infoHash: [UInt8]
  var tracker: LiveSocket?
  var responder: AnnounceResponder?
  private(set) var guest: Guest?
  private(set) var refused: [String] = []
  private var visitors: [Guest] = []
  private var asking: [Guest] = []

  init(listener: LiveSocket, infoHash: [UInt8]) {
    self.listener = listener
    self.infoHash = infoHash
  }

  var polled: [pollfd] {
    let sockets = [listener] + (tracker.map { [$0] } ?? []) + visitors.map(\.socket) + asking.map(\.socket)
    return sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
  }

  mutating func receive(_ polled: [pollfd]) {
    let ready = Set(polled.lazy.filter { $0.revents != 0 }.map(\.fd))
    let (visitors, asking) = (visitors, asking)
    self.visitors = []
    self.asking = []
    for visitor in visitors {
      if ready.contains(visitor.socket.descriptor) { hear(visitor) } else { self.visitors.append(visitor) }
    }
    for visitor in asking {
      if ready.contains(visitor.socket.descriptor) { answer(visitor) } else { self.asking.append(visitor) }
    }
    if ready.contains(listener.descriptor), let socket = listener.accepted() {
      self.visitors.append(Guest(socket: socket))
    }
    if let tracker, ready.contains(tracker.descriptor), let socket = tracker.accepted() {
      self.asking.append(Guest(socket: socket))
    }
  }

  private mutating func hear(_ visitor: Guest) {
    var visitor = visitor
    switch visitor.socket.receive() {
    case .nothing: break
    case .end: return
    case .bytes(let bytes): visitor.bytes += bytes
    }
    guard visitor.bytes.withUnsafeBytes({ Handshake.isPossible($0) }) else {
      refused.append("no handshake of BEP 3, but perhaps of encryption")
      return
    }
    // The torrent is named in the first 48 bytes, which come before any answer.
    guard visitor.bytes.count >= 48 else { return visitors.append(visitor) }
    if visitor.bytes[28..<48].elementsEqual(infoHash) {
      guest = guest ?? visitor
    } else {
      refused.append("a handshake for another torrent")
    }
  }

  private mutating func answer(_ visitor: Guest) {
    var visitor = visitor
    guard case .bytes(let bytes) = visitor.socket.receive() else { return }
    visitor.bytes += bytes
    guard var answer = responder?.answer(visitor.bytes, reached: visitor.socket.ownHost) else {
      return asking.append(visitor)
    }
    // Some hundred bytes: a fresh socket takes them at once.
    _ = visitor.socket.send(&answer)
    visitor.socket.endWriting()
  }
}
