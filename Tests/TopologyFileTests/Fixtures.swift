import TopologyFile

/// A catalogue of checks for tests, with parameters of several kinds.
enum TestChecks {
  static let all: [CheckSpec] = [
    CheckSpec(
      name: "completion", summary: "All complete.", parameters: [ParameterSpec("within", .duration, "In time.")]),
    CheckSpec(name: "integrity", summary: "Hashes are right.", parameters: []),
    CheckSpec(name: "rate-limit", summary: "Rates are kept.", parameters: []),
    CheckSpec(
      name: "upload-slots", summary: "Slots are kept.",
      parameters: [ParameterSpec("grace", .duration, default: "1 s", "How long an excess may last.")]),
    CheckSpec(
      name: "protocol-conformance", summary: "Rules are kept.",
      parameters: [ParameterSpec("grace", .duration, default: "2 s", "How long a request may still come.")]),
    CheckSpec(
      name: "distribution-time", summary: "Efficient.",
      parameters: [ParameterSpec("atLeast", .number(0...1), "Least efficiency.")]),
  ]
}

/// A small valid topology, and edits of it.
enum Sample {
  static let text = """
    name: sample
    payload: {size: 16 MiB, pieceLength: 256 KiB}
    peers:
      seed: {role: seed, upload: 1 MiB/s}
      leecher: {count: 3, upload: 256 KiB/s, arrive: {every: 2 s}}
    until: {complete: all, within: 300 s}
    checks: [completion, upload-slots]
    """

  /// The sample with another line: a line with the same key makes way for it; else it goes behind the last line of
  /// its kind, a group of peers behind the others.
  static func edited(_ text: String, _ line: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let key = line.prefix { $0 != ":" } + ":"
    if let index = lines.firstIndex(where: { $0.hasPrefix(key) }) {
      lines[index] = line
    } else if line.hasPrefix(" "), let last = lines.lastIndex(where: { $0.hasPrefix(" ") }) {
      lines.insert(line, at: last + 1)
    } else {
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  static func with(_ lines: String...) -> String { lines.reduce(text, edited) }

  static func read(_ text: String, set: [String] = []) -> TopologyReader.ReadResult {
    let overrides = set.map { setting in
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return Override(path: parts[0], value: parts.count > 1 ? parts[1] : "")
    }
    return TopologyReader.read(
      text: text, file: "t.swarm.yaml", overrides: overrides, checks: TestChecks.all, clients: SampleClient.shelf)
  }

  static func messages(_ text: String, set: [String] = []) -> [String] {
    read(text, set: set).diagnostics.map(\.description)
  }
}
