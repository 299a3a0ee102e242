/// One captured frame. `bytes` are valid only until the reader's next frame, or the callback's return.
public struct Frame {
  /// Position in the capture, from 1, as Wireshark numbers frames.
  public var index: Int
  /// CLOCK_REALTIME nanoseconds.
  public var timeNanoseconds: Int64
  /// Bytes as they were on the wire; more than `bytes.count` where the capture cut the frame.
  public var originalLength: Int
  public var linkType: LinkType
  public var bytes: UnsafeRawBufferPointer

  @inlinable public var capturedLength: Int { bytes.count }

  @inlinable public init(
    index: Int, timeNanoseconds: Int64, originalLength: Int, linkType: LinkType, bytes: UnsafeRawBufferPointer
  ) {
    self.index = index
    self.timeNanoseconds = timeNanoseconds
    self.originalLength = originalLength
    self.linkType = linkType
    self.bytes = bytes
  }
}

/// The kind of header a frame begins with: a DLT number of libpcap (https://www.tcpdump.org/linktypes.html).
public struct LinkType: RawRepresentable, Hashable, Sendable {
  public var rawValue: Int32

  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  public static let null = LinkType(rawValue: 0)
  public static let ethernet = LinkType(rawValue: 1)
  /// What libpcap calls raw IP here (Linux); files say 101, other systems 14.
  public static let raw = LinkType(rawValue: 12)
  public static let loop = LinkType(rawValue: 108)
  public static let linuxCooked = LinkType(rawValue: 113)
  public static let ipv4 = LinkType(rawValue: 228)
  public static let ipv6 = LinkType(rawValue: 229)
  public static let linuxCooked2 = LinkType(rawValue: 276)

  /// The number that stands in a file's header: that of raw IP differs from libpcap's.
  var fileValue: UInt32 { self == .raw ? 101 : UInt32(bitPattern: rawValue) }
}
