extension ControlReport {
  /// The report as one line of JSON, without the line feed: `{"hello":{"protocol":1,"pid":7}}`.
  public var line: String {
    switch self {
    case .hello(let version, let processID):
      ControlLine.make("hello", ["protocol": .integer(Int64(version)), "pid": .integer(Int64(processID))])
    case .listening(let address): ControlLine.make("listening", ["address": .string(address)])
    case .completed: ControlLine.make("completed")
    case .stopped(let reason): ControlLine.make("stopped", ["reason": .string(reason)])
    case .error(let code, let text): ControlLine.make("error", ["code": .string(code), "text": .string(text)])
    }
  }

  /// Reads a line; fields that are not known are ignored.
  ///
  /// - Throws: `ControlError`
  public init(line: some StringProtocol) throws(ControlError) {
    let parsed = try ControlLine(line)
    switch parsed.kind {
    case "hello": self = .hello(version: try parsed.integer("protocol"), processID: try parsed.integer("pid"))
    case "listening": self = .listening(address: try parsed.text("address"))
    case "completed": self = .completed
    case "stopped": self = .stopped(reason: try parsed.text("reason"))
    case "error": self = .error(code: try parsed.text("code"), text: try parsed.text("text"))
    default: throw parsed.error("hello, listening, completed, stopped or error")
    }
  }
}
