import Testing
import TopologyFile

/// A client file with mistakes, and what is said of them.
struct InvalidClientFile: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var text: String
  /// Behind the file's name.
  var messages: [String]

  init(_ description: String, _ line: String, saying messages: String...) {
    testDescription = description
    text = SampleClient.with(line)
    self.messages = messages
  }

  init(_ description: String, text: String, saying messages: String...) {
    testDescription = description
    self.text = text
    self.messages = messages
  }

  static let all: [InvalidClientFile] = [
    .init(
      "nothing in it", text: "# later\n",
      saying: "1:1: error: the file is empty; expected a client, with name, summary and command"),
    .init(
      "an unknown key, and what is missing", text: "name: a\nprogramm: b\ncommand: [b, \"{torrent}\"]\n",
      saying: "1:1: error: summary is missing; expected a text",
      "2:1: error: unknown key \"programm\"; did you mean \"program\"?"),
    .init(
      "an empty command", "command: [\"\"]",
      saying: "12:10: error: command is empty; expected a program and its arguments, such as [./mine, \"{torrent}\"]"),
    .init(
      "a placeholder misspelled in an argument", "whenSeed: [\"{rolle}\"]",
      saying: "13:12: error: whenSeed: unknown placeholder {rolle}; did you mean \"{role}\"?"),
    .init(
      "an option that is not there", "environment: {A: \"{option.slot}\"}",
      saying: "16:18: error: environment.A: unknown placeholder {option.slot}; did you mean \"{option.slots}\"?"),
    .init(
      "an option that has no value unless it is set", "environment: {A: \"{option.extra}\"}",
      saying:
        "16:18: error: environment.A: {option.extra} has no value where a topology does not set it; expected a default, or {option.extra} in its whenSet only"
    ),
    .init(
      "a regular expression that is none", "ready: {output: \"(\"}",
      saying:
        "18:17: error: ready.output: \"(\" is no regular expression: expected ')'; expected one as Swift reads it, such as 'version ([0-9.]+)'"
    ),
    .init(
      "a limit of which it is never told", "limits: [upload, download]",
      saying:
        "20:18: error: limits: download, but the client is never told its download limit; expected {download} in command, files or whenDownloadLimited"
    ),
    .init(
      "a limit of no known kind", "limits: [uplaod]",
      saying:
        "20:10: error: limits: \"uplaod\" is not known here; expected upload or download; did you mean \"upload\"?"),
    .init(
      "a tracker's protocol of no known kind", "trackers: [http, upd]",
      saying: "27:18: error: trackers: \"upd\" is not known here; expected http or udp; did you mean \"udp\"?"),
    .init(
      "a patience without end", "stop: {within: 2 min}",
      saying: "19:16: error: stop.within: a run does not wait so long for its end; expected 60 s at most"),
    .init(
      "a profile that is not there", "profile: other",
      saying:
        "25:10: error: profile: there is no file /clients/other.profile.yaml; expected a profile beside the client file, or no profile"
    ),
    .init(
      "an option's lines that no profile has, of a value that it has not, with what only a peer knows",
      "  mode: {default: fast, values: [fast, slow], meaning: How., profile: {fasst: {slotz: 4}, slow: {period: \"{port} s\"}}}",
      saying:
        "23:72: error: options.mode.profile: \"fasst\" is not known here; expected fast or slow; did you mean \"fast\"?",
      "23:80: error: unknown key \"slotz\" in options.mode.profile.fasst; did you mean \"slots\"?",
      "23:106: error: options.mode.profile.slow.period: unknown placeholder {port}; expected {option.slots}, {option.mode}, {option.extra} or {{port}} for the text {port}"
    ),
    .init(
      "options that change a profile which is not there",
      text: SampleClient.text.split(separator: "\n").filter { !$0.hasPrefix("profile:") }.joined(separator: "\n"),
      saying:
        "22:3: error: options.slots.profile: the client has no profile to change; expected profile: NAME in the client file, or options without profile"
    ),
    .init(
      "a known deviation of no check", "knownDeviations: [{check: upload-slot, reason: x}]",
      saying: "26:27: error: knownDeviations.check: there is no check \"upload-slot\"; did you mean \"upload-slots\"?"),
  ]
}
