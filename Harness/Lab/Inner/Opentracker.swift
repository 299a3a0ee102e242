import Planning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The tracker opentracker, as Debian builds it (measured with 20210823): it serves only the hashes of a list, believes
/// no `ip=`, names the asker among the peers, and sets its interval of about 30 min itself. So early peers learn of later
/// ones when these connect to them.
enum Opentracker {
  static let program = "opentracker"

  /// As root it would change to a user of its own and refuse to run where there is none, as in a user namespace with root
  /// alone; so it gets a user namespace in which it is nobody.
  static func commandLine(folder: String) -> [String] {
    let nobody = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    return (geteuid() == 0 ? nobody : []) + [program, "-f", configuration(in: folder)]
  }

  /// Writes its configuration and its list. Throws `LabError` when the disk has no room.
  static func prepare(_ tracker: TrackerPlan, infoHash: [UInt8], in folder: String) throws(LabError) {
    let place = "\(tracker.address):\(tracker.port)"
    var lines = ["tracker.rootdir \(folder)", "access.whitelist whitelist.txt"]
    if tracker.transport != .udp { lines.append("listen.tcp \(place)") }
    if tracker.transport != .http { lines.append("listen.udp \(place)") }
    try RunFolder.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: configuration(in: folder))
    try RunFolder.write(Array((Hex.text(infoHash) + "\n").utf8), to: "\(folder)/whitelist.txt")
  }

  private static func configuration(in folder: String) -> String { "\(folder)/opentracker.conf" }
}
