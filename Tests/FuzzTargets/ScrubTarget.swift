import Dissection
import StagedFrames

extension FuzzTarget {
  /// A capture, scrubbed with its addresses remapped: the frames of `frames`, or any, each behind its length in two bytes.
  ///
  /// Whatever they are, each is as long in the copy, and the copy reads as they do but for addresses: the same messages, holes and
  /// announces. No more is held than was fed, of either.
  static let scrub = FuzzTarget(
    name: "scrub", summary: "frames of a capture, to the scrubber that remaps addresses", longestInput: 4096
  ) { bytes throws(BrokenRule) in
    var source = ByteSource(bytes)
    let isStaged = source.flag()
    let rest = ByteSource(source.bytes(atMost: bytes.count))
    let frames = isStaged ? FrameMutation.apply(rest, to: FrameMutation.swarm) : cut(rest)
    let (before, noted) = try read(frames, noting: PayloadMap(remapping: key))
    guard var payload = noted else { throw BrokenRule("nothing was noted") }
    payload.settle()
    var copies = frames
    for place in frames.indices {
      copies[place].bytes = frames[place].withFrame(place + 1) { payload.scrubbed($0) }
      let (old, new) = (frames[place].bytes.count, copies[place].bytes.count)
      try require(old == new, "frame \(place + 1) had \(old) bytes, and has \(new)")
    }
    let (after, _) = try read(copies, noting: nil)
    let (told, again) = (before.messages.count, after.messages.count)
    try require(told == again, "\(again) messages of \(told)")
    for (old, new) in zip(before.messages, after.messages) { try require(old == new, "\(old) became \(new)") }
    try require(before.readsAs(after, remapped: true), "the copy does not read as the original")
  }

  private static let key = RemapKey(text: "of this target")

  private static func cut(_ choices: ByteSource) -> [TestWire.Captured] {
    var source = choices
    var wire = TestWire()
    while !source.isEmpty {
      let length = Int(source.byte()) << 8 | Int(source.byte())
      wire.add(source.bytes(atMost: length))
    }
    return wire.frames
  }
}
