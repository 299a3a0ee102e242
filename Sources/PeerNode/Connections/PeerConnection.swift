import NIOCore
import PeerCore
import SwarmTime
import Wire

/// One TCP connection with a peer: handshakes, then messages in both directions. Lives on the node's event loop.
final class PeerConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Origin {
    case dialled(PeerAddress)
    case accepted
  }

  private enum Stage {
    case handshaking
    case talking(ConnectionSlot)
    /// Our side is closed; what still comes is read and let go, since a reset would destroy what we sent last.
    case parting
    case closed
  }

  /// Bytes that wait for one remote in our memory, beyond what the kernel takes, before it is given up. Payload stops at
  /// 64 KiB and one pump more (256 KiB, the last block 128); the rest is for answers to messages, and for a hundred
  /// thousand pieces announced while it was not listening.
  private static let largestUnsent = 1 << 20
  /// Small messages are handed on in portions of about this.
  private static let waterMark = 16384

  let origin: Origin
  /// Place in the node's list of connections.
  var place = -1
  private let node: Node
  private var context: ChannelHandlerContext?
  private var stage = Stage.handshaking
  private var handshake: [UInt8] = []
  private var parser: MessageParser
  /// What waits for the end of the event-loop turn, or for there to be a portion of it.
  private var outgoing = ByteBuffer()
  private var needsFlush = false
  private var isClosing = false
  /// A block was sent since nothing was found to wait.
  private var mayHaveUnsent = false
  private var outflow = Outflow()
  /// Of the other side; 0 where it has none.
  private(set) var remoteIPv4: UInt32 = 0
  let openedAt: SwarmInstant

  init(_ origin: Origin, node: Node) {
    self.origin = origin
    self.node = node
    parser = MessageParser(pieceCount: node.settings.metainfo.pieceCount)
    openedAt = node.now
  }

  var slot: ConnectionSlot? {
    guard case .talking(let slot) = stage else { return nil }
    return slot
  }

  var isHandshaking: Bool {
    guard case .handshaking = stage else { return false }
    return true
  }

  /// Accepted, and still to show its handshake.
  var isAwaited: Bool { if case .accepted = origin { isHandshaking && !isClosing } else { false } }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { opened() }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) { opened() }

  private func opened() {
    guard place < 0 else { return }
    remoteIPv4 = PeerAddress(context?.remoteAddress)?.ipv4 ?? 0
    guard node.admit(self) else {
      close()
      return
    }
    if case .dialled = origin { sendHandshake() }
  }

  func channelInactive(context: ChannelHandlerContext) { ended() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if let slot { node.feed(.writable(slot, takesMore)) }
  }

  /// Whether it is to be served.
  var takesMore: Bool { !isHeldUp && context?.channel.isWritable == true }
  var isHeldUp: Bool { outflow.isHeldUp }

  private func ended() {
    let last = stage
    stage = .closed
    switch last {
    case .talking(let slot): node.ended(self, slot: slot)
    case .handshaking, .parting: node.ended(self, slot: nil)
    case .closed: break
    }
  }

  /// Sends what is still to be sent, as far as the socket takes it, and closes.
  func close() {
    if case .closed = stage { return }
    isClosing = true
    flush()
    context?.close(promise: nil)
  }

  /// Closes our side behind what is queued, and waits for the remote to close its own.
  func part() {
    guard case .talking = stage else { return close() }
    flush()
    stage = .parting
    context?.close(mode: .output, promise: nil)
  }

  // MARK: In

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let portion = unwrapInboundIn(data)
    portion.withUnsafeReadableBytes { receive($0, of: portion) }
  }

  private func receive(_ bytes: UnsafeRawBufferPointer, of portion: ByteBuffer) {
    var cursor = 0
    if isHandshaking { readHandshake(bytes, &cursor) }
    while case .talking(let slot) = stage {
      do throws(PeerMessageError) {
        guard let event = try parser.next(bytes, of: portion, &cursor) else { return }
        switch event {
        case .message(let message): node.feed(.received(slot, message))
        case .block(let block, let payload): node.blockArrived(slot, block, payload)
        }
      } catch {
        refuse("\(error)")
      }
    }
  }

  private func readHandshake(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int) {
    let taken = min(Handshake.size - handshake.count, bytes.count)
    handshake.append(contentsOf: bytes[..<taken])
    cursor = taken
    guard handshake.withUnsafeBytes(Handshake.isPossible) else {
      return refuse("not a BitTorrent handshake")
    }
    guard handshake.count == Handshake.size else { return }
    guard let theirs = handshake.withUnsafeBytes({ Handshake(parsing: $0) }) else {
      return refuse("not a BitTorrent handshake")
    }
    guard theirs.infoHash == node.settings.metainfo.infoHash else { return refuse("handshake for another torrent") }
    if case .accepted = origin { sendHandshake() }
    handshake = []
    meet(theirs)
  }

  private func meet(_ theirs: Handshake) {
    let remote: (address: PeerAddress, initiatedByUs: Bool)
    switch origin {
    case .dialled(let address): remote = (address, true)
    case .accepted:
      guard let address = PeerAddress(context?.remoteAddress) else { return refuse("no IPv4 address") }
      remote = (address, false)
    }
    let peer = RemotePeer(
      peerID: theirs.peerID, address: remote.address, initiatedByUs: remote.initiatedByUs,
      supportsFast: theirs.supportsFast && node.settings.offersFast, supportsExtensions: theirs.supportsExtensions)
    let slot = node.takeSlot(for: self)
    stage = .talking(slot)
    node.met(slot, peer)
  }

  private func refuse(_ reason: String) {
    node.log("refused", text: reason, slot: slot)
    close()
  }

  // MARK: Out

  private func sendHandshake() {
    let settings = node.settings
    let ours = Handshake(
      infoHash: settings.metainfo.infoHash, peerID: node.identity, offersFast: settings.offersFast)
    outgoing.writeBytes(ours.encoded)
    sent()
  }

  func send(_ message: PeerMessage) {
    node.encode(message, into: &outgoing)
    sent()
    // Answers are never held back, so who asks and does not read would be stored up for without end.
    if outgoing.readableBytes >= Self.waterMark { writeOutgoing() }
    guard let channel = context?.channel, !channel.isWritable else { return }
    let unsent = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    if unsent > Self.largestUnsent { refuse("does not take what it asks for") }
  }

  /// A piece message whose payload `read` appends to the buffer it is given.
  func sendBlock(_ block: Block, read: (inout ByteBuffer) throws -> Void) rethrows {
    let header = PeerMessage.pieceHeader(block)
    let size = header.count + Int(block.length)
    if outgoing.readableBytes > 0, outgoing.readableBytes + size > outgoing.capacity { writeOutgoing() }
    if outgoing.readableBytes == 0 { outgoing = node.sendBuffers.take() }
    let end = outgoing.writerIndex
    do {
      outgoing.writeBytes(header)
      try read(&outgoing)
    } catch {
      outgoing.moveWriterIndex(to: end)
      throw error
    }
    mayHaveUnsent = true
    sent()
  }

  private func sent() {
    if !needsFlush {
      needsFlush = true
      node.flushLater(self)
    }
  }

  /// Once for each event-loop turn in which something was written.
  func flush() {
    guard needsFlush else { return }
    needsFlush = false
    writeOutgoing()
    context?.flush()
  }

  /// Bytes handed to this connection that have not left, here and in the kernel, and may leave all at once.
  ///
  /// - Parameter now: real time, in nanoseconds.
  func unsentBytes(at now: Int64) -> Int64 {
    guard mayHaveUnsent, let channel = context?.channel else { return 0 }
    let bytes = Int64(outgoing.readableBytes) + UnsentBytes.of(channel)
    mayHaveUnsent = bytes > 0
    return outflow.young(of: bytes, at: now)
  }

  private func writeOutgoing() {
    guard outgoing.readableBytes > 0 else { return }
    // Writing may fill the channel, of which the node is told at once and may answer with a message on this connection.
    let portion = outgoing
    outgoing = ByteBuffer()
    outflow.give(portion.readableBytes)
    node.sendBuffers.given(portion)
    context?.write(wrapOutboundOut(portion), promise: nil)
  }
}
