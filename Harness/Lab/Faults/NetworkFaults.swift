import Planning

/// Puts faults of the network in force, one after the other in the order in which they were ordered, beside the lab's
/// own work.
final class NetworkFaults: Sendable {
  private struct Order: Sendable {
    var fault: NetworkFault
    var done: @Sendable () -> Void
  }

  private let orders: AsyncStream<Order>.Continuation

  /// - Parameter trouble: Called when a fault cannot be put in force: what follows would be another experiment.
  init(launcher: any Launcher, trouble: @escaping @Sendable (LabError) -> Void) {
    let (stream, orders) = AsyncStream.makeStream(of: Order.self)
    self.orders = orders
    Task {
      for await order in stream {
        do throws(LabError) {
          for command in NetworkFaultScript.commands(for: order.fault) {
            try await Tool(command.program).run(command.arguments, input: command.lines, launcher)
          }
          order.done()
        } catch { trouble(error) }
      }
    }
  }

  deinit { orders.finish() }

  /// - Parameter done: Called when it is in force.
  func impose(_ fault: NetworkFault, done: @escaping @Sendable () -> Void) {
    orders.yield(Order(fault: fault, done: done))
  }
}
