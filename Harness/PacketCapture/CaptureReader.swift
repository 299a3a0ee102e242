import CLibpcap
import Glibc

/// Reads the frames of a capture file: pcap, pcapng, either of them gzipped.
public final class CaptureReader {
  public let path: String
  public let linkType: LinkType
  public let snapLength: Int
  /// Frames given out so far.
  public private(set) var framesRead = 0

  private var handle: OpaquePointer?
  private let gzip: Gzip?
  private let stampUnit: Int64

  /// Opens a capture.
  ///
  /// - Throws: `CaptureError` when the file is missing, unreadable, or no capture.
  public init(path: String) throws(CaptureError) {
    self.path = path
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw CaptureError(
        .cannotOpen, what: "cannot be opened: \(String(cString: strerror(errno)))", place: path,
        mend: "name a capture file that exists and that you may read")
    }
    var magic: [UInt8] = [0, 0]
    let isGzip = pread(file, &magic, 2, 0) == 2 && magic == [0x1f, 0x8b]
    var descriptor = file
    if isGzip {
      let started = try Gzip.unpack(file: file, path: path)
      gzip = started.gzip
      descriptor = started.descriptor
    } else {
      gzip = nil
    }
    guard let stream = fdopen(descriptor, "r") else {
      close(descriptor)
      throw CaptureError(.cannotOpen, what: "no stream could be made of it", place: path, mend: "free some memory")
    }
    setvbuf(stream, nil, Int32(_IOFBF), 1 << 18)
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard
      let opened = pcap_fopen_offline_with_tstamp_precision(stream, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
    else {
      fclose(stream)
      let complaint = isGzip ? gzip?.finish() : nil
      throw CaptureError(
        .notACapture, what: complaint ?? "no capture file: \(Self.text(message))", place: path,
        mend: "name a file in pcap or pcapng format, plain or gzipped")
    }
    handle = opened
    linkType = LinkType(rawValue: pcap_datalink(opened))
    snapLength = Int(pcap_snapshot(opened))
    stampUnit = pcap_get_tstamp_precision(opened) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
  }

  deinit { if let handle { pcap_close(handle) } }

  /// The next frame, or nil at the end. Its bytes are valid until the next call.
  ///
  /// - Throws: `CaptureError` of kind `truncated`, saying after which frame, when the file ends early or is damaged; of kind
  ///   `mixedLinkTypes` or `mixedSnapLengths` for a pcapng file whose interfaces have several.
  public func next() throws(CaptureError) -> Frame? {
    guard let handle else { return nil }
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    let status = pcap_next_ex(handle, &header, &bytes)
    guard status == 1, let header, let bytes else {
      let message = status == PCAP_ERROR_BREAK ? nil : pcap_geterr(handle).map { String(cString: $0) }
      pcap_close(handle)
      self.handle = nil
      let complaint = gzip?.finish()
      if let message, message.contains(Self.mixedComplaint) { throw mixed(message) }
      if let message, message.contains(Self.mixedSnapComplaint) { throw mixedSnapLengths(message) }
      if let reason = complaint ?? message { throw truncated(reason) }
      return nil
    }
    let (seconds, parts) = (Int64(header.pointee.ts.tv_sec), Int64(header.pointee.ts.tv_usec))
    // libpcap takes over what pcapng's 64 bits and offsets come to. A second's parts are below 10^9, in either unit.
    guard (0...Int64(UInt32.max)).contains(seconds), (0...1_000_000_000).contains(parts) else {
      pcap_close(handle)
      self.handle = nil
      throw truncated("frame \(framesRead + 1) is stamped \(seconds) s after 1970, which no clock said")
    }
    framesRead += 1
    return Frame(
      index: framesRead, timeNanoseconds: seconds * 1_000_000_000 + parts * stampUnit,
      originalLength: Int(header.pointee.len), linkType: linkType,
      bytes: UnsafeRawBufferPointer(start: bytes, count: Int(header.pointee.caplen)))
  }

  /// Hands every frame to `body`.
  ///
  /// - Throws: what `body` throws, or as `next` does.
  public func forEach(_ body: (Frame) throws -> Void) throws {
    while let frame = try next() { try body(frame) }
  }

  /// How libpcap says that a further interface has another link type than the first.
  private static let mixedComplaint = "different from the type of the first interface"

  private func mixed(_ reason: String) -> CaptureError {
    CaptureError(
      .mixedLinkTypes, what: "its interfaces have several link types, of which one can be read: \(reason)", place: path,
      mend:
        "take out one interface (capinfos -I IN lists them): tshark -r IN -Y 'frame.interface_id == 0' -w ONE, then "
        + "editcap -F pcap -T ether ONE OUT, with that interface's encapsulation (editcap -T lists them)")
  }

  /// How libpcap says that a further interface has another snapshot length than the first.
  private static let mixedSnapComplaint = "different from the snapshot length of the first interface"

  private func mixedSnapLengths(_ reason: String) -> CaptureError {
    CaptureError(
      .mixedSnapLengths,
      what: "its interfaces have several snapshot lengths, where one is expected (first: \(snapLength)): \(reason)",
      place: path, mend: "write it with one for all: editcap -F nsecpcap IN OUT")
  }

  private func truncated(_ reason: String) -> CaptureError {
    CaptureError(
      .truncated, what: "the file is cut short or damaged after frame \(framesRead): \(reason)", place: path,
      mend:
        "copy or capture it again; the first \(framesRead) frames can be saved with: editcap -r IN OUT 1-\(framesRead)")
  }

  static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
