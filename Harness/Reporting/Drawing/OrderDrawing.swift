import Judging
import SwarmTime

extension Drawing {
  /// Which piece the peer got when: scattered where it takes the rarest, a rising line where it takes them in order.
  func order() -> String {
    var sheet = SVGSheet(width: Self.width)
    let x = TimeScale(from: from, to: to, left: 60, right: 740)
    let (top, bottom) = (26.0, 210.0)
    let got = picture.peers[peer].held.filter { $0.piece != nil && x.holds($0.at) }
    let most = Double(max(1, got.compactMap(\.piece).max() ?? 1))
    let y = { (piece: Int) in bottom - (bottom - top) * Double(piece) / most }
    sheet.text(title("Pieces that \(name) got, by number"), x: 8, y: 16, style: "title", room: 744)
    sheet.timeAxis(x, bottom: bottom, top: top)
    for part in 0...4 {
      let piece = Int(most) * part / 4
      sheet.line("grid", x.left, y(piece), x.right, y(piece))
      sheet.text("\(piece)", x: x.left - 6, y: y(piece) + 4, .end)
    }
    for step in got {
      guard let piece = step.piece else { continue }
      sheet.circle("class-0", x: x(step.at), y: y(piece), radius: 2.2)
    }
    for moment in marks(x) { sheet.flag("mark", x: x(moment.at), y: top - 6) }
    sheet.height = Int(bottom) + 26
    return sheet.document(title: title("Which piece \(name) got when"))
  }
}
