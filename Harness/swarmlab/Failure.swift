import ArgumentParser
import Lab
import PacketCapture
import Recording
import Reporting

/// Why a command could not do what it was asked: what was found, where, what was expected, and how to mend it.
struct Failure: Error {
  var state: ExitState
  var what: String
  var place: String = ""
  var expected: String = ""
  var mend: String = ""

  var text: String {
    var text = "swarmlab: " + (place.isEmpty ? what : "\(place): \(what)")
    if !expected.isEmpty { text += "\n  expected: \(expected)" }
    if !mend.isEmpty { text += "\n  to mend it: \(mend)" }
    return text
  }

  /// Whatever a part of the harness threw, as a failure of the command.
  static func from(_ error: any Error) -> Failure {
    switch error {
    case let failure as Failure: failure
    case let fault as FileFault: Failure(state: .environment, what: fault.description, mend: fault.mend)
    case let error as LabError:
      Failure(
        state: ExitState(rawValue: error.exitStatus) ?? .fault,
        what: error.what + error.log.map { "\n    | \($0)" }.joined(), place: error.place, expected: error.expected,
        mend: error.mend)
    case let error as RunRecordError:
      Failure(state: .usage, what: error.what, place: error.place ?? "", expected: error.expected)
    case let error as CaptureError:
      Failure(
        state: isOfEnvironment(error.kind) ? .environment : .usage, what: error.what, place: error.place,
        mend: error.mend)
    default: Failure(state: .fault, what: "\(error)", mend: "this is a fault of the harness: please report it")
    }
  }

  /// Whether the machine refused it, as a full disk does; else the capture that was named is at fault.
  private static func isOfEnvironment(_ kind: CaptureError.Kind) -> Bool {
    switch kind {
    case .noPermission, .noDevice, .writeFailed, .gzip, .interrupted: true
    case .cannotOpen, .notACapture, .truncated, .mixedLinkTypes, .mixedSnapLengths, .filter: false
    }
  }
}

extension ParsableCommand {
  /// Runs a command's body: failures go to standard error, the exit state to the caller.
  func reporting(_ body: () async throws -> ExitState) async throws {
    var state: ExitState
    do {
      state = try await body()
      if state == .passed, let loss = Output.loss { throw loss }
    } catch let code as ExitCode {
      throw code
    } catch {
      let failure = Failure.from(error)
      Output.error(failure.text)
      state = failure.state
    }
    if state != .passed { throw ExitCode(state.rawValue) }
  }
}
