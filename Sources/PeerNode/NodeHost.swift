public import Control
import NIOCore
import NIOPosix
import PeerCore
import SwarmTime
import Wire

/// A peer with the two threads it runs on: one event loop, one for hashing. Safe to use from anywhere.
public final class NodeHost: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let worker: NIOThreadPool
  private let node: NIOLoopBoundBox<Node?>
  private let ending: EventLoopPromise<Void>

  /// Starts a peer. It says hello, looks at its disk, opens its socket, says that it is listening, and waits for orders.
  ///
  /// - Parameter report: called on the event loop, which it must not block.
  public static func launch(
    _ settings: NodeSettings, processID: Int32, report: @escaping @Sendable (ControlReport) -> Void
  ) -> NodeHost {
    let host = NodeHost()
    report(.hello(version: ControlReport.version, processID: processID))
    host.node.eventLoop.execute { host.begin(settings, report) }
    return host
  }

  private init() {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    worker = NIOThreadPool(numberOfThreads: 1)
    worker.start()
    let eventLoop = group.next()
    node = NIOLoopBoundBox.makeEmptyBox(valueType: Node.self, eventLoop: eventLoop)
    ending = eventLoop.makePromise()
  }

  /// On the event loop.
  private func begin(_ settings: NodeSettings, _ report: @escaping (ControlReport) -> Void) {
    do throws(StorageError) {
      var events: EventLog?
      if let path = settings.eventsFile { events = try EventLog(path: path) }
      let node = Node(
        settings, eventLoop: node.eventLoop, worker: worker, events: events, ending: ending, report: report)
      self.node.value = node
      node.prepare()
    } catch {
      report(.error(code: error.code, text: error.text))
      report(.stopped(reason: "failed"))
      ending.succeed()
    }
  }

  public func obey(_ order: ControlOrder) {
    node.eventLoop.execute { self.node.value?.obey(order) }
  }

  /// Leaves the swarm in good order and ends; `reason` is told in the report.
  public func stop(reason: String) {
    node.eventLoop.execute { self.node.value?.stop(reason: reason) }
  }

  public func progress() async throws -> NodeProgress { try await progressNow.get() }

  /// For a thread that may wait, which an event loop's may not.
  public func waitForProgress() throws -> NodeProgress { try progressNow.wait() }

  private var progressNow: EventLoopFuture<NodeProgress> {
    node.eventLoop.submit { self.node.value?.progress ?? NodeProgress() }
  }

  /// Returns when the peer has stopped, by order or since it could not go on (then an error was reported), and both
  /// threads have ended. To be called once.
  public func waitForEnd() async throws {
    try await ending.futureResult.get()
    try await worker.shutdownGracefully()
    try await group.shutdownGracefully()
  }
}
