import ArgumentParser
import HTTPNode
import PeerCore
import PeerNode
import SwarmTime

@main
struct SwarmHTTP: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swarm-http",
    abstract: "Client and server: what a swarm is compared with.",
    discussion: """
      A server of one file over HTTP, with ranges, and a client that downloads it:

        swarm-http serve film.mkv --listen 127.0.0.1:8080 --upload 1MiB/s
        swarm-http fetch http://127.0.0.1:8080/film.mkv --to here.mkv --download 256KiB/s

      Any other client can download from that server, and this client from any other server.

      With --control stdin they take orders from a lab, one JSON object a line: start, join, leave, setRate, stop; the \
      end of standard input means stop. They answer on standard output: hello, listening, completed, stopped, error.

      Rates are bytes for each second of swarm time: at --speed 10 one real second holds ten seconds of it.
      """,
    subcommands: [Serve.self, Fetch.self])
}

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serves one file under its own name.")

  @Argument(help: "The file.") var file: String
  @Option(help: ArgumentHelp("Where to listen; port 0 takes any.", valueName: "address:port"))
  var listen = "127.0.0.1:8080"
  @Option(help: ArgumentHelp("Upload limit of all connections together; none by default.", valueName: "rate"))
  var upload: Rate?
  @Option(help: ArgumentHelp("What the limit may save up; by default 1 s, at least 64 KiB.", valueName: "bytes"))
  var uploadBurst: Int64?
  @OptionGroup var life: LifeOptions

  func run() throws {
    let settings = FileServer.Settings(
      file: file, listen: try LifeOptions.address(listen, of: "--listen"),
      upload: try LifeOptions.limit("--upload", upload, burst: uploadBurst))
    try life.run { FileServer(settings, seat: $0) }
  }
}

struct Fetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Downloads one file, from where what is there of it stops, and ends once it is whole.")

  @Argument(help: ArgumentHelp("What to download: http://127.0.0.1:8080/film.mkv.")) var url: String
  @Option(name: .customLong("to"), help: ArgumentHelp("Where it is written.", valueName: "file"))
  var file: String
  @Option(help: ArgumentHelp("Address to connect from.", valueName: "address"))
  var from = "0.0.0.0"
  @Option(help: ArgumentHelp("Download limit; none by default.", valueName: "rate"))
  var download: Rate?
  @Option(help: ArgumentHelp("What the limit may save up; by default 1 s, at least 64 KiB.", valueName: "bytes"))
  var downloadBurst: Int64?
  @OptionGroup var life: LifeOptions

  func run() throws {
    let (server, path) = try Self.parts(of: url)
    let settings = FileClient.Settings(
      server: server, path: path, file: file, from: try LifeOptions.address(from + ":0", of: "--from"),
      download: try LifeOptions.limit("--download", download, burst: downloadBurst))
    try life.run { FileClient(settings, seat: $0) }
  }

  private static func parts(of url: String) throws -> (server: PeerAddress, path: String) {
    let scheme = "http://"
    let rest = url.hasPrefix(scheme) ? url.dropFirst(scheme.count) : ""
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let place = rest[..<slash]
    guard let server = PeerAddress(place.contains(":") ? String(place) : "\(place):80"), slash < rest.endIndex else {
      throw ValidationError("expected an address such as http://127.0.0.1:8080/film.mkv, found “\(url)”")
    }
    return (server, String(rest[slash...]))
  }
}

/// Bytes for each swarm second, as written on the command line.
struct Rate: ExpressibleByArgument {
  var bytesPerSecond: Int64

  init?(argument: String) {
    guard let rate = RateText.bytesPerSecond(argument) else { return nil }
    bytesPerSecond = rate
  }
}
