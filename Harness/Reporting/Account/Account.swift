import Dissection
public import Judging

/// The whole story of a capture, as tables: who was there, what each connection carried, who served whom and when, every
/// choke, every piece.
public struct Account: Sendable {
  /// The tables there are, as `--of` names them.
  public enum Part: String, Sendable, CaseIterable {
    case peers, connections, pairs, chokes, pieces, messages
  }

  public let scene: Scene
  /// In the order of the capture, whatever they carried.
  public let connections: [ConnectionAccount]
  private let pieces: [PieceAccount]

  public init(_ scene: Scene) {
    self.scene = scene
    connections = ConnectionAccount.all(of: scene)
    pieces = PieceAccount.all(of: scene)
  }

  public func table(_ part: Part) -> AccountTable {
    let names = scene.cast.names
    return switch part {
    case .peers:
      .peers(
        PeerAccount.all(of: scene, connections: connections, pieces: pieces), pieceCount: scene.holdings.pieceCount)
    case .connections: .connections(connections, names: names)
    case .pairs: .pairs(PairAccount.all(of: scene), names: names)
    case .chokes: .chokes(ChokeAccount.all(of: scene), names: names)
    case .pieces: .pieces(pieces, names: names)
    case .messages: .messages(connections, names: names)
    }
  }

  /// The connections between peers that carried most, by bytes, those that could not be read with them.
  public func busiest(_ count: Int) -> AccountTable {
    let between = connections.filter { $0.content != .http && $0.streamBytes > 0 }
    let most = between.sorted { ($1.streamBytes, $0.connection) < ($0.streamBytes, $1.connection) }.prefix(count)
    var table = AccountTable.connections(Array(most), names: scene.cast.names)
    table.heading =
      between.count > count
      ? "connections that carried most: \(count) of \(between.count)" : "connections that carried anything"
    return table
  }

  /// Every row of every table, a JSON object a line.
  public var jsonLines: String { Part.allCases.map { table($0).jsonLines }.joined() }
}
