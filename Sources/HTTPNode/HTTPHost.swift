public import Control
public import NIOCore
import NIOPosix

/// A server or a client, on its event loop.
public protocol HTTPParty: AnyObject {
  /// Looks at its disk and opens what it listens on; says `listening` once it can be told to join.
  func prepare()
  func obey(_ order: ControlOrder)
  /// Closes everything; nothing is reported after it.
  func end()
}

/// Where a party sits: its event loop, and whom it reports to.
public final class HTTPSeat {
  public let eventLoop: any EventLoop
  public private(set) var isEnding = false
  private let tell: (ControlReport) -> Void
  private let ending: () -> Void

  init(on eventLoop: any EventLoop, tell: @escaping (ControlReport) -> Void, ending: @escaping () -> Void) {
    self.eventLoop = eventLoop
    self.tell = tell
    self.ending = ending
  }

  func report(_ report: ControlReport) { if !isEnding { tell(report) } }

  /// It cannot go on.
  func fail(_ trouble: HTTPTrouble) {
    report(.error(code: trouble.code, text: trouble.text))
    stop(reason: "failed")
  }

  func stop(reason: String) {
    guard !isEnding else { return }
    ending()
    tell(.stopped(reason: reason))
    isEnding = true
  }
}

/// A party on a thread of its own. Safe to use from anywhere.
public final class HTTPHost: Sendable {
  private let party: NIOLoopBoundBox<(any HTTPParty)?>
  private let seat: NIOLoopBoundBox<HTTPSeat?>

  /// Starts a party: it says hello, prepares, and waits for orders.
  ///
  /// - Parameters:
  ///   - make: called on the event loop.
  ///   - report: called on the event loop, which it must not block.
  public init(
    processID: Int32, make: @escaping @Sendable (HTTPSeat) -> any HTTPParty,
    report: @escaping @Sendable (ControlReport) -> Void
  ) {
    let eventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
    let party = NIOLoopBoundBox.makeEmptyBox(valueType: (any HTTPParty).self, eventLoop: eventLoop)
    let seat = NIOLoopBoundBox.makeEmptyBox(valueType: HTTPSeat.self, eventLoop: eventLoop)
    self.party = party
    self.seat = seat
    report(.hello(version: ControlReport.version, processID: processID))
    eventLoop.execute {
      let place = HTTPSeat(on: eventLoop, tell: report) { party.value?.end() }
      seat.value = place
      party.value = make(place)
      party.value?.prepare()
    }
  }

  public func obey(_ order: ControlOrder) {
    party.eventLoop.execute { self.party.value?.obey(order) }
  }

  /// Ends it in good order; `reason` is told in the report.
  public func stop(reason: String) {
    seat.eventLoop.execute { self.seat.value?.stop(reason: reason) }
  }
}
