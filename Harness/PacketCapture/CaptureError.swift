/// What went wrong with a capture: what, where, and what to do about it.
public struct CaptureError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    case noPermission, noDevice, cannotOpen, notACapture, truncated, mixedLinkTypes, mixedSnapLengths
    case writeFailed, gzip, filter, interrupted
  }

  public var kind: Kind
  /// What was expected and what was found.
  public var what: String
  /// The interface, or the file with the frame.
  public var place: String
  /// What to do.
  public var mend: String

  public init(_ kind: Kind, what: String, place: String, mend: String) {
    self.kind = kind
    self.what = what
    self.place = place
    self.mend = mend
  }

  public var description: String { "\(place): \(what); \(mend)" }
}
