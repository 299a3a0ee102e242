package import Wire

extension MessageID {
  /// The name in the reference tables.
  package var tableName: String {
    switch self {
    case .choke: "choke"
    case .unchoke: "unchoke"
    case .interested: "interested"
    case .notInterested: "not_interested"
    case .have: "have"
    case .bitfield: "bitfield"
    case .request: "request"
    case .piece: "piece"
    case .cancel: "cancel"
    case .port: "port"
    case .suggest: "suggest"
    case .haveAll: "have_all"
    case .haveNone: "have_none"
    case .reject: "reject"
    case .allowedFast: "allowed_fast"
    case .extended: "extended"
    }
  }
}
