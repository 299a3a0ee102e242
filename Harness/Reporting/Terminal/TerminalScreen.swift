#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A block of lines at the bottom of a terminal that is drawn again and again in place. The cursor is hidden meanwhile.
public struct TerminalScreen {
  private let descriptor: Int32
  /// Visible width of each line that stands there now.
  private var drawn: [Int] = []
  private var hidden = false

  /// What brings the cursor back, for whoever must end the process at once.
  public static let restoring = "\u{1B}[?25h\u{1B}[0m\n"

  public init(descriptor: Int32 = 1) { self.descriptor = descriptor }

  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns and rows as they are now: asked at each drawing, so that a resized window is drawn for its new size.
  public var size: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  public mutating func draw(_ lines: [String]) {
    let width = size.width
    var out = ""
    if !hidden {
      out += "\u{1B}[?25l"
      hidden = true
    }
    out += back(width) + "\u{1B}[J"
    // No line feed after the last row, and lines never wrap by themselves while autowrap is off.
    out += "\u{1B}[?7l" + lines.joined(separator: "\n") + "\n\u{1B}[?7h"
    drawn = lines.map { min(Self.visibleWidth($0), width) }
    Self.write(out, to: descriptor)
  }

  /// Takes the block away and shows the cursor again.
  public mutating func close() {
    guard hidden else { return }
    Self.write(back(size.width) + "\u{1B}[J\u{1B}[?25h", to: descriptor)
    drawn = []
    hidden = false
  }

  /// To the first row of the block. A narrower window has wrapped the old lines: they take more rows than there were.
  private func back(_ width: Int) -> String {
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
    return rows == 0 ? "" : "\u{1B}[\(rows)A\r"
  }

  /// Columns without escape sequences; every character that we draw is one column wide.
  static func visibleWidth(_ line: String) -> Int {
    var width = 0
    var inEscape = false
    for character in line {
      if inEscape {
        if character.isLetter { inEscape = false }
      } else if character == "\u{1B}" {
        inEscape = true
      } else {
        width += 1
      }
    }
    return width
  }

  /// The whole text, though a write may take only a part of it, or none for now (another program may have set the pipe that
  /// we share not to block); gives up when nobody reads any more.
  ///
  /// - Returns: why not all of it was written, as `errno` says it; 0 where all was.
  @discardableResult
  public static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
        continue
      }
      if count <= 0 { return count < 0 ? errno : EIO }
      bytes = bytes.dropFirst(count)
    }
    return 0
  }
}
