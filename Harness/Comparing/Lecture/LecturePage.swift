import Planning
public import Reporting

/// The lecture's figure as a page.
extension LectureFigure {
  public var page: PlotPage {
    let repeats = rows.map(\.runs).max() ?? 0
    let file = "F = \(Quantity.bytes(curve.payloadBytes)) in \(Quantity.count(pieces, "piece"))"
    let server = curve.seedUpload.map { "u_s = \(Self.rate($0))" } ?? "u_s unlimited"
    let peer = curve.upload.map { "u = \(Self.rate($0))" } ?? "u unlimited"
    let download = curve.download.map { "d_min = \(Self.rate($0))" } ?? "d_min unlimited"
    let least = LectureResult.System.allCases.compactMap { system -> String? in
      let values = rows.filter { $0.system == system }.map(\.efficiency.mean)
      guard let low = values.min(), let high = values.max() else { return nil }
      return "\(system.rawValue) \(Quantity.ratio(low)) to \(Quantity.ratio(high))"
    }
    return PlotPage(
      title: "Client-server against peer-to-peer, measured",
      lead: "\(file); \(server), \(peer), \(download). Real processes, every byte counted from captured packets, swarm "
        + "time at speed \(Plot.words(speed)).",
      sections: [
        PlotPage.Section(
          head: "How long it takes",
          text:
            "Lines: what no system can beat. Marks: the mean of up to \(Quantity.count(repeats, "run")), with its 95 % "
            + "interval where that is wider than the mark. A server sends every copy itself, so that its line climbs with "
            + "each client; among peers each brings upload of its own, and the line flattens out.",
          plot: times),
        PlotPage.Section(
          head: "How near the bound", text: "Efficiency is bound / measured: " + least.joined(separator: "; ") + ".",
          plot: efficiencies,
          note:
            "Peers stay below their bound since somebody must get the last piece from somebody who has just got it, "
            + "and since a slot that changes hands is idle for a moment. A server that only sends has neither trouble."),
        PlotPage.Section(
          head: "The figures",
          text: (["Seconds of swarm time; ± is half of a 95 % interval by Student's t."] + unfinished)
            .joined(separator: " "),
          table: table),
      ])
  }

  /// To the byte where it is whole KiB/s: in fewer figures 1280 and 128 KiB/s would not be seen to be ten to one.
  private static func rate(_ bytesPerSecond: Int64) -> String {
    bytesPerSecond % 1024 == 0 ? "\(bytesPerSecond / 1024) KiB/s" : Quantity.rate(bytesPerSecond)
  }
}
