import Yams

/// `plan.yaml`: keys in the order in which the types declare them, so that the same plan is the same bytes.
extension Plan {
  public var yaml: String {
    let encoder = YAMLEncoder()
    encoder.options.allowUnicode = true
    encoder.options.width = -1
    do {
      return try encoder.encode(self)
    } catch {
      // A plan holds numbers, texts and lists of them: there is nothing that YAML cannot hold.
      preconditionFailure("a plan could not be written as YAML: \(error)")
    }
  }

  /// - Throws: `PlanFileError`, for text that is no plan of this version.
  public init(yaml: String) throws {
    do {
      self = try YAMLDecoder().decode(Plan.self, from: yaml)
    } catch {
      throw PlanFileError(reason: Self.reason(error))
    }
    guard schema == 1 else { throw PlanFileError(reason: "its schema is \(schema), and this version reads schema 1") }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "the top" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "\"\(key.stringValue)\" is missing at \(path(context))"
    case .typeMismatch(let type, let context): return "\(path(context)) should be \(type)"
    case .valueNotFound(let type, let context): return "\(path(context)) has no value and should be \(type)"
    case .dataCorrupted(let context):
      return context.underlyingError.map { "\($0)" } ?? "\(path(context)): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }
}

/// Why a text is no plan.
public struct PlanFileError: Error, CustomStringConvertible, Sendable {
  public var reason: String

  public init(reason: String) { self.reason = reason }

  public var description: String { "not a plan.yaml that this version can read: \(reason)" }
}
