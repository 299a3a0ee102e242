public import Wire

/// What was seen on the wire: connections, messages, announces, responses, segments and holes, in the order of the capture.
///
/// Times are CLOCK_REALTIME nanoseconds as stamped on the frames; frames count from 1, as Wireshark numbers them.
public struct Trace: Sendable {
  public var connections: [TracedConnection] = []
  public var messages: [TracedMessage] = []
  /// Contents of bitfield messages (bytes as sent), found through `TracedMessage.bitfield`.
  public var bitfields: [[UInt8]] = []
  public var announces: [TracedAnnounce] = []
  /// HTTP responses that bring a file or a part of one.
  public var responses: [TracedResponse] = []
  /// First transmissions of delivered stream bytes, a row for each frame that brought some.
  public var segments: [TracedSegment] = []
  public var holes: [TracedHole] = []
  public var coverage = Coverage()

  public init() {}
}

/// An IPv4 or IPv6 address and port, comparable byte by byte.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// `127.64.0.1` or an IPv6 text.
  public var address: String
  public var port: UInt16

  public init(address: String, port: UInt16) {
    self.address = address
    self.port = port
  }

  public var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}

/// One connection. Side 0 is `a`, side 1 is `b`; `a` sent the SYN where it was seen.
public struct TracedConnection: Sendable, Hashable {
  /// `utp`: the Micro Transport Protocol over UDP (BEP 29), whose streams are put together from its own packet numbers.
  public enum Transport: String, Sendable { case tcp, utp }
  public enum Start: String, Sendable { case syn, midstream }
  public enum Close: String, Sendable { case fin, rst, silent, end }
  public enum Cipher: String, Sendable { case plain, mse, unknown }
  public enum Content: String, Sendable { case peerWire, http, other }

  public var id: Int
  public var a: TracedSide
  public var b: TracedSide
  public var transport: Transport
  public var start: Start
  public var content: Content
  public var cipher: Cipher
  /// Realtime nanoseconds of the first frame.
  public var opened: Int64
  public var openedFrame: Int
  /// Realtime nanoseconds of the last frame that ended it; nil if it was open when the capture ended.
  public var closed: Int64?
  public var close: Close
  /// 20 bytes.
  public var infoHash: [UInt8]?

  public init(
    id: Int, a: TracedSide, b: TracedSide, transport: Transport = .tcp, start: Start, opened: Int64, openedFrame: Int
  ) {
    self.id = id
    self.a = a
    self.b = b
    self.transport = transport
    self.start = start
    self.content = .other
    self.cipher = .unknown
    self.opened = opened
    self.openedFrame = openedFrame
    self.closed = nil
    self.close = .end
    self.infoHash = nil
  }

  public func side(_ index: Int) -> TracedSide { index == 0 ? a : b }
}

/// One end of a connection, with what its handshake said.
public struct TracedSide: Sendable, Hashable {
  public var endpoint: Endpoint
  /// 20 bytes of the handshake; nil if none was seen.
  public var peerID: [UInt8]?
  /// Realtime nanoseconds and frame of the handshake's last byte.
  public var handshakeAt: Int64?
  public var handshakeFrame: Int?
  /// Bit 0x04 of the last reserved byte (BEP 6).
  public var supportsFast = false
  /// Bit 0x10 of reserved byte 5 (BEP 10).
  public var supportsExtensions = false
  /// Stream bytes that this side sent and that were delivered, first transmissions only.
  public var streamBytes: Int64 = 0

  public init(endpoint: Endpoint) { self.endpoint = endpoint }
}

/// One peer-wire message. Time and frame are those of its last segment.
public struct TracedMessage: Sendable, Hashable {
  /// Realtime nanoseconds.
  public var time: Int64
  public var frame: Int32
  public var firstFrame: Int32
  public var connection: Int32
  /// 0: sent by side `a`; 1: by side `b`.
  public var from: UInt8
  /// Message id; `TracedMessage.keepAlive` (255) for a keep-alive. May be an id that `MessageID` does not know.
  public var id: UInt8
  /// Piece, begin and length of messages that have them, else -1. `length` of a piece message is its block's.
  public var piece: Int32
  public var begin: Int32
  public var length: Int32
  /// Value of the length prefix.
  public var prefix: UInt32
  /// Bytes of the body that the capture lacks.
  public var missing: Int32
  /// Index in `Trace.bitfields`, else -1.
  public var bitfield: Int32

  public static let keepAlive: UInt8 = 255
  public var kind: MessageID? { id == Self.keepAlive ? nil : MessageID(rawValue: id) }

  public init(
    time: Int64, frame: Int32, firstFrame: Int32, connection: Int32, from: UInt8, id: UInt8, piece: Int32 = -1,
    begin: Int32 = -1, length: Int32 = -1, prefix: UInt32, missing: Int32 = 0, bitfield: Int32 = -1
  ) {
    self.time = time
    self.frame = frame
    self.firstFrame = firstFrame
    self.connection = connection
    self.from = from
    self.id = id
    self.piece = piece
    self.begin = begin
    self.length = length
    self.prefix = prefix
    self.missing = missing
    self.bitfield = bitfield
  }
}

/// An announce to a tracker: over HTTP (BEP 3), timed by its last segment, or over UDP (BEP 15).
public struct TracedAnnounce: Sendable, Hashable {
  public var time: Int64
  public var frame: Int32
  /// -1 over UDP.
  public var connection: Int32
  /// Address it came from.
  public var source: String
  /// 20 bytes each; empty where the request lacks them.
  public var infoHash: [UInt8]
  public var peerID: [UInt8]
  public var port: UInt16
  /// Bytes as the peer tells them; -1 where the request lacks them.
  public var uploaded: Int64
  public var downloaded: Int64
  public var left: Int64
  /// `started`, `completed`, `stopped` or empty.
  public var event: String

  public init(
    time: Int64, frame: Int32, connection: Int32, source: String, infoHash: [UInt8], peerID: [UInt8], port: UInt16,
    uploaded: Int64, downloaded: Int64, left: Int64, event: String
  ) {
    self.time = time
    self.frame = frame
    self.connection = connection
    self.source = source
    self.infoHash = infoHash
    self.peerID = peerID
    self.port = port
    self.uploaded = uploaded
    self.downloaded = downloaded
    self.left = left
    self.event = event
  }
}

/// The head of an HTTP response (RFC 9110) that brings a file, or a part of one, in a body of known length. What a tracker
/// answers is none. Time and frame are those of the head's last segment.
public struct TracedResponse: Sendable, Hashable {
  public var time: Int64
  public var frame: Int32
  public var connection: Int32
  public var from: UInt8
  /// 200 or 206.
  public var status: UInt16
  /// Offset of the body in the stream, and its length.
  public var bodyOffset: Int64
  public var bodyBytes: Int64
  /// Where the body begins in the file, and the file's size.
  public var begin: Int64
  public var fileBytes: Int64

  public init(
    time: Int64, frame: Int32, connection: Int32, from: UInt8, status: UInt16, bodyOffset: Int64, bodyBytes: Int64,
    begin: Int64, fileBytes: Int64
  ) {
    self.time = time
    self.frame = frame
    self.connection = connection
    self.from = from
    self.status = status
    self.bodyOffset = bodyOffset
    self.bodyBytes = bodyBytes
    self.begin = begin
    self.fileBytes = fileBytes
  }
}

/// Stream bytes that one frame delivered for the first time, on connections that carry peer wire or HTTP responses with
/// files.
public struct TracedSegment: Sendable, Hashable {
  public var time: Int64
  public var frame: Int32
  public var connection: Int32
  public var from: UInt8
  /// Of the first of them in the stream.
  public var offset: Int64
  /// New stream bytes in this frame.
  public var bytes: Int32
  /// Bytes of the whole frame, link header included.
  public var frameBytes: Int32

  public init(
    time: Int64, frame: Int32, connection: Int32, from: UInt8, offset: Int64, bytes: Int32, frameBytes: Int32
  ) {
    self.time = time
    self.frame = frame
    self.connection = connection
    self.from = from
    self.offset = offset
    self.bytes = bytes
    self.frameBytes = frameBytes
  }
}

/// A stretch of a stream that the capture lacks although the receiver acknowledged it.
public struct TracedHole: Sendable, Hashable {
  public enum Loss: String, Sendable { case payload, state }
  public var connection: Int32
  public var from: UInt8
  public var start: Int64
  public var end: Int64
  /// Over uTP, whose packet numbers do not tell sizes, the most that can be missing, where no piece message tells exactly.
  public var bytes: Int64
  /// `payload`: it lay inside the body of piece messages that are accounted for. `state`: messages may be lost in it.
  public var loses: Loss

  public init(connection: Int32, from: UInt8, start: Int64, end: Int64, bytes: Int64, loses: Loss) {
    self.connection = connection
    self.from = from
    self.start = start
    self.end = end
    self.bytes = bytes
    self.loses = loses
  }
}

/// How much of the capture was understood.
public struct Coverage: Sendable, Hashable {
  public var frames: Int64 = 0
  /// Realtime nanoseconds of the first and the last frame; 0 when there is none.
  public var firstTime: Int64 = 0
  public var lastTime: Int64 = 0
  /// Connections over TCP and uTP.
  public var streams = 0
  public var streamsOverUTP = 0
  public var streamsFromSYN = 0
  /// UDP datagrams that were understood, by kind: `uTP`, `uTP SYN without an answer`, `tracker`, `DHT ping query` (BEP 5; or
  /// `find_node`, `get_peers`, `announce_peer`, `other`), `DHT response`, `DHT error`, `local discovery` (BEP 14).
  public var datagrams: [String: Int64] = [:]
  /// Frames passed over, by reason (`not IP`, `cut by the snaplen`, …).
  public var passedOver: [String: Int64] = [:]
  public var streamBytes: Int64 = 0
  public var holeBytes: Int64 = 0
  /// Those of `streamBytes` in which no message of peer wire was found: after a hole, or in a stream seen from the middle.
  public var unreadBytes: Int64 = 0

  public init() {}
}
