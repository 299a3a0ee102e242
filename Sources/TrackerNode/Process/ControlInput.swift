import Control
import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The orders that come on standard input.
final class ControlInput: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let order: (ControlOrder) -> Void
  private let problem: (String) -> Void
  private let end: () -> Void
  private var lines = LineSplitter()

  /// Reads on the event loop, and calls back on it. What is no order is a `problem`, and reading goes on.
  ///
  /// A file or `/dev/null` cannot be waited for, and need not be: such input is read at once.
  static func open(
    on loop: any EventLoop, order: @escaping (ControlOrder) -> Void, problem: @escaping (String) -> Void,
    end: @escaping () -> Void
  ) {
    let input = NIOLoopBound(ControlInput(order: order, problem: problem, end: end), eventLoop: loop)
    guard canWait(for: STDIN_FILENO) else {
      return loop.execute { input.value.readAtOnce() }
    }
    let descriptor = dup(STDIN_FILENO)
    NIOPipeBootstrap(group: loop)
      .channelInitializer { channel in
        loop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(input.value) }
      }
      .takingOwnershipOfDescriptor(input: descriptor)
      .whenFailure { _ in
        close(descriptor)
        input.value.end()
      }
  }

  /// Whether epoll takes the descriptor. NIO ends the process over one that it does not.
  private static func canWait(for descriptor: Int32) -> Bool {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind == S_IFIFO || kind == S_IFSOCK || isatty(descriptor) == 1
  }

  private init(
    order: @escaping (ControlOrder) -> Void, problem: @escaping (String) -> Void, end: @escaping () -> Void
  ) {
    self.order = order
    self.problem = problem
    self.end = end
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { take(unwrapInboundIn(data).readableBytesView) }

  func channelInactive(context: ChannelHandlerContext) { end() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func readAtOnce() {
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(STDIN_FILENO, &bytes, bytes.count)
      guard count > 0 else { break }
      take(bytes[..<count])
    }
    end()
  }

  private func take(_ bytes: some Sequence<UInt8>) {
    lines.add(bytes)
    while let line = lines.next() {
      do { order(try ControlOrder(line: line)) } catch { problem(error.description) }
    }
  }
}
