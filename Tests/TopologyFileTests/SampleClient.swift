import TopologyFile

/// A client file for tests, on a shelf without a disk.
enum SampleClient {
  static let text = """
    name: sample
    summary: A client for tests.
    program: ./sample.py
    install: {debian: sample-bt, text: from its author}
    version: {command: [./sample.py, --version], pattern: 'sample ([0-9.]+)'}
    peerIDPrefixes: [-SA]
    files:
      conf/{name}.conf: |
        slots = {option.slots}
        {"up": {upload}}
      copy.torrent: {copy: "{torrent}"}
    command: [./sample.py, "--mode={option.mode}", "{here}/x", "{torrent}"]
    whenSeed: [--seed]
    whenUploadLimited: ["--up={uploadKiB}"]
    whenUDPTracker: [--udp]
    environment: {HOME: "{home}"}
    addresses: private
    ready: {output: "^ready", within: 20 s}
    stop: {signal: INT, within: 5 s}
    limits: [upload]
    options:
      slots: {default: 4, least: 1, most: 100, meaning: How many it serves., profile: {any: {slots: "{option.slots}"}}}
      mode: {default: fast, values: [fast, slow], meaning: How., profile: {slow: {period: 20 s}, any: {period: "", tenure: 1 min}}}
      extra: {whenSet: ["--extra={option.extra}"], meaning: More.}
    profile: sample
    knownDeviations: [{check: upload-slots, reason: It unchokes more., where: measured}]
    """

  static let shelf = shelf(text)

  static func shelf(_ text: String) -> ClientShelf {
    ClientShelf(folder: "/clients", names: ["sample"]) { path in
      let texts = ["/clients/sample.client.yaml": text, "/clients/sample.profile.yaml": "period: 10 s\n"]
      return texts[path].map { ClientShelf.Source(file: path, folder: "/clients", bytes: Array($0.utf8)) }
    }
  }

  static func read(_ text: String) -> ClientFileReader.ReadResult? {
    ClientFileReader.find("sample", from: "", shelf: shelf(text), checks: TestChecks.all)
  }

  /// With another line in place of the one that has the same key, or at the end.
  static func with(_ line: String) -> String { Sample.edited(text, line) }
}
