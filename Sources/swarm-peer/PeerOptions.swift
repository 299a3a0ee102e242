import ArgumentParser
import Choking
import Glibc
import Misbehaviour
import PeerCore
import PeerNode
import SwarmTime
import Wire

enum ControlChoice: String, ExpressibleByArgument, CaseIterable { case stdin }
enum CompletionChoice: String, ExpressibleByArgument, CaseIterable { case seed, leave }

struct PeerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The .torrent file.", valueName: "file"))
  var torrent: String
  @Option(help: ArgumentHelp("Folder that holds, or will hold, the payload under its own name.", valueName: "folder"))
  var data: String
  @Option(help: ArgumentHelp("Where to listen; port 0 takes any.", valueName: "address:port"))
  var listen: String
  @Option(help: ArgumentHelp("20 characters; by default -SL0001- and 12 drawn ones.", valueName: "text"))
  var peerID: String?
  @Option(help: ArgumentHelp("Upload limit; none by default.", valueName: "rate"))
  var upload: Rate?
  @Option(help: ArgumentHelp("Download limit; none by default.", valueName: "rate"))
  var download: Rate?
  @Option(help: ArgumentHelp("What the upload limit may save up; by default 1 s, at least 64 KiB.", valueName: "bytes"))
  var uploadBurst: Int64?
  @Option(help: ArgumentHelp("The same for the download limit.", valueName: "bytes"))
  var downloadBurst: Int64?
  @OptionGroup var choker: ChokerOptions
  @Option(help: ArgumentHelp("For every choice by lot; drawn by default.", valueName: "n"))
  var randomSeed: UInt64?
  @Option(help: ArgumentHelp("Break a rule, to see who notices: \(Self.misbehaviours).", valueName: "name=dose"))
  var misbehave: String?
  @Option(
    help: ArgumentHelp(
      "Networks of those that break the rule together, this peer's own among them, such as 127.64.1.0/24,127.64.2.0/24.",
      valueName: "list"))
  var accomplices: String?
  @Option(help: ArgumentHelp("Swarm seconds for each real second, without --control.", valueName: "x"))
  var speed = 1.0
  @Option(help: ArgumentHelp("Fetch no more than the first so many pieces; all by default.", valueName: "n"))
  var wantedPieces: Int?
  @Option(help: ArgumentHelp("What to do when everything wanted is here: seed or leave.", valueName: "what"))
  var onComplete = CompletionChoice.seed
  @Flag(help: "Trust that the payload is whole, instead of hashing it first.")
  var assumeComplete = false
  @Flag(help: "Do not offer the fast extension (BEP 6).")
  var noFastExtension = false
  @Option(help: ArgumentHelp("Where to write the peer's own events, as JSON lines.", valueName: "file"))
  var events: String?
  @Option(help: ArgumentHelp("Take orders on standard input.", valueName: "stdin"))
  var control: ControlChoice?
  @Option(
    help: ArgumentHelp(
      "Announce here instead of where the torrent says; empty for nowhere. Of more than one, each is asked if those "
        + "before it fail.", valueName: "url"))
  var tracker: [String] = []
  @Option(help: ArgumentHelp("A peer to connect to; may be given more than once.", valueName: "address:port"))
  var peer: [String] = []
  @Flag(help: "Exchange addresses with other peers (BEP 11); a private torrent never does.")
  var pex = false

  static let misbehaviours = MisbehaviourCatalogue.all.map(\.name).joined(separator: ", ")
  private static let ofGroups = MisbehaviourCatalogue.all.filter(\.needsAccomplices).map(\.name).joined(separator: ", ")

  /// - Throws: `ValidationError` saying what was expected.
  func settings() throws -> NodeSettings {
    guard let listen = PeerAddress(self.listen) else {
      throw ValidationError("--listen: expected an address and port, such as 127.0.0.1:7000, found “\(self.listen)”")
    }
    guard (0.1...1000).contains(speed) else {
      throw ValidationError("--speed: expected a number from 0.1 to 1000, found \(speed)")
    }
    let randomSeed = randomSeed ?? UInt64.random(in: 0...UInt64.max)
    var settings = NodeSettings(
      metainfo: try metainfo(), dataFolder: data, listen: listen, peerID: NodeSettings.peerID(randomSeed: randomSeed),
      randomSeed: randomSeed)
    if let peerID {
      guard peerID.utf8.count == 20 else {
        throw ValidationError("--peer-id: expected 20 bytes, found \(peerID.utf8.count)")
      }
      settings.peerID = Array(peerID.utf8)
    }
    settings.upload = try limit("--upload", upload, burst: uploadBurst)
    settings.download = try limit("--download", download, burst: downloadBurst)
    settings.choking = try choker.algorithm()
    if let wanted = wantedPieces {
      let all = settings.metainfo.pieceCount
      guard wanted >= 1, wanted <= all else {
        throw ValidationError("--wanted-pieces: expected 1 to \(all), which is all of the torrent, found \(wanted)")
      }
      settings.wantedPieces = wanted < all ? wanted : nil
    }
    settings.leavesOnCompletion = onComplete == .leave
    settings.assumesComplete = assumeComplete
    settings.exchangesPeers = pex
    settings.offersFast = !noFastExtension
    settings.eventsFile = events
    settings.trackers = try trackers(settings.trackers)
    settings.peers = try peer.map { text in
      guard let address = PeerAddress(text) else {
        throw ValidationError("--peer: expected an IPv4 address and port, found “\(text)”")
      }
      return address
    }
    let misbehaving = try misbehaviour()
    let group = try misbehavingGroup()
    settings.makeLogic = { try MisbehaviourCatalogue.peer($0, misbehaving: misbehaving, accomplices: group) }
    return settings
  }

  func misbehaviour() throws -> (name: String, dose: Double)? {
    guard let misbehave else { return nil }
    let parts = misbehave.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let dose = Double(parts[1]) else {
      throw ValidationError("--misbehave: expected a name and a dose, such as over-slots=1, found “\(misbehave)”")
    }
    let name = String(parts[0])
    guard let spec = MisbehaviourCatalogue.spec(named: name) else {
      throw ValidationError("--misbehave: no misbehaviour is called “\(name)”; there are \(Self.misbehaviours)")
    }
    guard spec.allows(dose) else {
      throw ValidationError("--misbehave: \(MisbehaviourError.dose(dose, of: spec))")
    }
    return (name, dose)
  }

  /// With whom it misbehaves; nil for what a peer does alone.
  func misbehavingGroup() throws -> Accomplices? {
    let told = try misbehaviour().flatMap { MisbehaviourCatalogue.spec(named: $0.name) }
    guard let spec = told, spec.needsAccomplices else {
      if accomplices != nil {
        throw ValidationError("--accomplices is for a misbehaviour of several peers (\(Self.ofGroups)); leave it out")
      }
      return nil
    }
    guard let text = accomplices else {
      throw ValidationError("--misbehave: \(MisbehaviourError.needsAccomplices(name: spec.name)), by --accomplices")
    }
    guard let group = Accomplices(text) else {
      throw ValidationError("--accomplices: expected networks, such as 127.64.1.0/24,127.64.2.0/24, found “\(text)”")
    }
    return group
  }

  private func limit(_ option: String, _ rate: Rate?, burst: Int64?) throws -> RateLimit? {
    if let burst, burst < 16397 {
      throw ValidationError("\(option)-burst: expected at least 16397 bytes, room for a block, found \(burst)")
    }
    guard let rate else {
      if burst != nil { throw ValidationError("\(option)-burst needs \(option)") }
      return nil
    }
    return RateLimit(bytesPerSecond: rate.bytesPerSecond, burst: burst)
  }

  /// Of the torrent's trackers those that this peer can speak to.
  private func trackers(_ announced: [[String]]) throws -> [[String]] {
    let given = tracker.filter { !$0.isEmpty }
    if let bad = given.first(where: { !NodeSettings.isUsable(tracker: $0) }) { throw unusable(bad) }
    guard tracker.isEmpty else { return given.map { [$0] } }
    let usable = announced.map { $0.filter(NodeSettings.isUsable) }.filter { !$0.isEmpty }
    // Trackers that the torrent names and we cannot speak to are no reason not to share with the peers given.
    if usable.isEmpty, peer.isEmpty, let bad = announced.first?.first { throw unusable(bad) }
    return usable
  }

  private func unusable(_ tracker: String) -> ValidationError {
    ValidationError(
      "the tracker “\(tracker)” is not one this peer can ask: expected http://host:port/path or udp://host:port; "
        + "choose another with --tracker URL, or none with --tracker \"\"")
  }

  private func metainfo() throws -> Metainfo {
    do throws(FileError) {
      let bytes = try FileError.contents(of: torrent, atMost: 64 << 20)
      do throws(MetainfoError) { return try Metainfo(parsing: bytes) } catch {
        throw FileError(text: "\(torrent): \(error)")
      }
    } catch {
      throw ValidationError("--torrent: \(error.text)")
    }
  }
}
