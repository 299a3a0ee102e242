import NIOCore

/// The HTTP connections that are open, at most so many; lives on the event loop.
///
/// When all places are taken a newcomer gets the place of the one that has asked nothing for longest among those of the
/// address that holds most: who opens connections by the thousand, or says a byte now and then, crowds out himself.
final class ConnectionSet {
  private struct Entry {
    let channel: any Channel
    let address: String
    /// When it was opened or last asked something, as a number of such events.
    var lastUse: Int
  }

  private let most: Int
  private var entries: [ObjectIdentifier: Entry] = [:]
  private var uses = 0

  init(most: Int) { self.most = most }

  func add(_ channel: any Channel, from address: String) {
    if entries.count >= most { evict() }
    uses += 1
    let id = ObjectIdentifier(channel)
    entries[id] = Entry(channel: channel, address: address, lastUse: uses)
    let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
    channel.closeFuture.whenComplete { _ in bound.value.entries[id] = nil }
  }

  /// A whole question has come.
  func isUsed(_ channel: any Channel) {
    uses += 1
    entries[ObjectIdentifier(channel)]?.lastUse = uses
  }

  func closeAll(on loop: any EventLoop) -> EventLoopFuture<Void> {
    EventLoopFuture.andAllComplete(entries.values.map { $0.channel.close() }, on: loop)
  }

  private func evict() {
    var sizes: [String: Int] = [:]
    for entry in entries.values { sizes[entry.address, default: 0] += 1 }
    let largest = sizes.values.max()
    let crowd = entries.filter { sizes[$0.value.address] == largest }
    guard let oldest = crowd.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
    entries[oldest.key] = nil
    oldest.value.channel.close(promise: nil)
  }
}
