import Dissection
import Foundation
import StagedFrames
import Wire

/// Captures of other programs' traffic, with reference tables; they lie beside a developer's checkout, not in it.
enum SharedCaptures {
  static let folder: String? = {
    if let named = ProcessInfo.processInfo.environment["SWARMLAB_SHARED"] { return named + "/captures" }
    var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while url.pathComponents.count > 1 {
      url.deleteLastPathComponent()
      let candidate = url.appendingPathComponent("shared/captures").path
      if FileManager.default.fileExists(atPath: candidate + "/MANIFEST.tsv") { return candidate }
    }
    return nil
  }()

  static var areHere: Bool { folder != nil }
  static let reason = "no ../shared/captures beside the package, and SWARMLAB_SHARED is not set"

  static func path(_ name: String) -> String { (folder ?? "") + "/" + name }

  /// Rows of a table with a header line, as columns by name.
  static func table(_ name: String, separator: Character = "\t") throws -> [[String: String]] {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    guard let header = lines.first?.split(separator: separator, omittingEmptySubsequences: false) else { return [] }
    return lines.dropFirst().map { line in
      let cells = line.split(separator: separator, omittingEmptySubsequences: false)
      return Dictionary(uniqueKeysWithValues: zip(header.map(String.init), cells.map(String.init)))
    }
  }
}

extension Trace {
  /// Handshakes and messages by the names of the reference tables.
  var histogram: [String: Int] {
    var counts: [String: Int] = [:]
    for connection in connections {
      for side in [connection.a, connection.b] where side.handshakeAt != nil { counts["handshake", default: 0] += 1 }
    }
    for message in messages {
      let name = message.id == TracedMessage.keepAlive ? "keepalive" : message.kind?.tableName ?? "type\(message.id)"
      counts[name, default: 0] += 1
    }
    return counts
  }
}
