import TopologyFile

extension Wording {
  static func rate(_ limit: LimitPlan?) -> String { limit.map { "\(bytes($0.bytesPerSecond))/s" } ?? "unlimited" }

  /// What a term of the bound says.
  static func term(_ term: String) -> String {
    switch term {
    case "seed": "the seeds must send one copy: F / u_s"
    case "server": "the server must send N copies: N F / u_s"
    case "download": "the slowest download must take one copy: F / d_min"
    default: "all uploads together must send N copies: N F / (u_s + sum u_i)"
    }
  }
}
