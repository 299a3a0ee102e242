import Judging
import SwarmTime

extension Drawing {
  /// Payload sent against payload received, a mark for each peer, a shape for each class.
  func shares() -> String {
    var sheet = SVGSheet(width: 420)
    let (left, right, top, bottom) = (74.0, 404.0, 28.0, 318.0)
    let peers = picture.peers
    let groups = peers.reduce(into: [String]()) { if !$0.contains($1.group) { $0.append($1.group) } }
    let most = 1.05 * Double(peers.map { max($0.payloadSent, $0.payloadReceived) }.max() ?? 1)
    let x = { (bytes: Int64) in left + (right - left) * Double(bytes) / max(1, most) }
    let y = { (bytes: Int64) in bottom - (bottom - top) * Double(bytes) / max(1, most) }
    sheet.text("Upload against download", x: 8, y: 16, style: "title")
    for part in 0...4 {
      let bytes = Int64(most / 1.05 * Double(part) / 4)
      sheet.line("grid", x(bytes), top, x(bytes), bottom)
      sheet.line("grid", left, y(bytes), right, y(bytes))
      sheet.text(Quantity.bytes(bytes), x: x(bytes), y: bottom + 15, .middle)
      sheet.text(Quantity.bytes(bytes), x: left - 6, y: y(bytes) + 4, .end)
    }
    sheet.line("limit", left, bottom, right, top)
    sheet.text("sent = received", x: right - 50, y: top + 14, .end)
    sheet.text("received", x: (left + right) / 2, y: bottom + 32, .middle)
    sheet.text("sent", x: 8, y: top - 1)
    for peer in peers {
      let group = groups.firstIndex(of: peer.group) ?? 0
      sheet.shape(group, x: x(peer.payloadReceived), y: y(peer.payloadSent), radius: 4.5)
    }
    sheet.height = Int(sheet.classes(y: bottom + 52, groups)) + 8
    return sheet.document(title: "Payload sent against payload received, by peer")
  }
}
