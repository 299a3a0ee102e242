import Planning
import Testing

@Suite("Room on the disk") struct DiskRoomTests {
  private static let mebibyte: Int64 = 1 << 20

  private static func room(_ size: String, _ lines: String...) throws -> DiskRoom {
    var text = """
      name: room
      payload: {size: \(size), pieceLength: 256 KiB}
      peers:
        seed: {role: seed}
        leecher: {count: 8}
      until: {complete: all, within: 300 s}
      mustDecide: [completion]

      """
    for line in lines { text += line + "\n" }
    return DiskRoom(try Sample.plan(text))
  }

  @Test("Every leecher holds a copy, and every block that comes is captured once, with something around it")
  func whole() throws {
    let room = try Self.room("64 MiB", "capture: {keep: full}")
    #expect(room.copies == 8 && room.copyBytes == 8 * 64 * Self.mebibyte)
    #expect(room.captureBytes > room.copyBytes && room.captureBytes < room.copyBytes * 5 / 4)
    #expect(room.bytes == room.copyBytes + room.captureBytes)
  }

  @Test("A capture whose payload is not kept takes room, too, and less", arguments: ["scrubbed", "none"])
  func scrubbed(_ keep: String) throws {
    let room = try Self.room("64 MiB", "capture: {keep: \(keep)}")
    #expect(room.captureBytes > room.copyBytes / 2 && room.captureBytes < room.copyBytes * 3 / 4)
  }

  @Test("A capture grows to no more than it may")
  func bounded() throws {
    #expect(try Self.room("64 MiB", "capture: {keep: full, atMost: 20 MiB}").captureBytes == 20 * Self.mebibyte)
  }

  @Test("A disk that a fault fills is one in memory")
  func ownDisks() throws {
    let room = try Self.room("64 MiB", "faults: [{at: 9 s, fullDisk: {peers: leecher-*, pick: 3, for: 9 s}}]")
    #expect(room.copies == 5)
  }

  @Test("Where all are limited, no more is captured than goes through in the time")
  func limited() throws {
    let room = try Self.room(
      "10 GiB", "capture: {keep: full}", "defaults: {upload: 16 KiB/s}",
      "faults: [{at: 9 s, changeRate: {peers: seed, upload: 64 KiB/s}}]")
    // 300 s of 64 KiB/s and of eight times 16 KiB/s, which is 56 MiB.
    #expect(room.captureBytes > 56 * Self.mebibyte && room.captureBytes < 72 * Self.mebibyte)
    #expect(room.copyBytes == 8 * 10 * 1024 * Self.mebibyte)
  }
}
