/// Text with placeholders in braces: `--port={port}`. Only a word of letters, or `option.` and an option's name, makes a
/// placeholder; every other brace stands for itself, so that JSON needs no care. `{{port}}` writes `{port}`.
public struct Template: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case text(String)
    case placeholder(String)
    /// The word of `{{word}}`.
    case literal(String)
  }

  private var parts: [Part] = []

  public init(_ text: String) {
    var rest = text[...]
    var plain = ""
    while let brace = rest.firstIndex(of: "{") {
      plain += rest[..<brace]
      rest = rest[brace...]
      if let word = Self.word(rest, open: "{{", close: "}}") {
        flush(&plain, .literal(word))
        rest = rest.dropFirst(word.count + 4)
      } else if let word = Self.word(rest, open: "{", close: "}") {
        flush(&plain, .placeholder(word))
        rest = rest.dropFirst(word.count + 2)
      } else {
        plain.append(rest.removeFirst())
      }
    }
    plain += rest
    if !plain.isEmpty { parts.append(.text(plain)) }
  }

  /// The placeholders' names, in order.
  public var names: [String] {
    parts.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
  }

  /// The text with all that `value` knows filled in; what it does not know stays as it is written.
  public func filled(_ value: (String) -> String?) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .literal(let word): "{\(word)}"
      case .placeholder(let name): value(name) ?? "{\(name)}"
      }
    }.joined()
  }

  /// A template again, in which what `value` knows has become text.
  public func substituting(_ value: (String) -> String?) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .literal(let word): "{{\(word)}}"
      case .placeholder(let name): value(name).map(Self.escaped) ?? "{\(name)}"
      }
    }.joined()
  }

  /// A template that writes just this text.
  private static func escaped(_ text: String) -> String {
    Template(text).parts.map { part in
      switch part {
      case .text(let text): text
      case .literal(let word), .placeholder(let word): "{{\(word)}}"
      }
    }.joined()
  }

  private mutating func flush(_ plain: inout String, _ part: Part) {
    if !plain.isEmpty { parts.append(.text(plain)) }
    plain = ""
    parts.append(part)
  }

  private static func word(_ text: Substring, open: String, close: String) -> String? {
    guard text.hasPrefix(open) else { return nil }
    let inner = text.dropFirst(open.count)
    let letters = inner.prefix { $0.isASCII && $0.isLetter }
    guard !letters.isEmpty else { return nil }
    var word = String(letters)
    if word == "option", inner.dropFirst(letters.count).first == "." {
      let name = inner.dropFirst(letters.count + 1)
      word += "." + name.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    return inner.dropFirst(word.count).hasPrefix(close) ? word : nil
  }
}

/// What the lab fills in for each peer: `{torrent}`.
public struct ClientPlaceholder: Hashable, Sendable {
  public var name: String
  public var meaning: String

  public static let all: [ClientPlaceholder] = [
    .init(name: "torrent", meaning: "path of the .torrent file"),
    .init(name: "data", meaning: "the peer's own folder for the payload; a seed finds it there"),
    .init(name: "home", meaning: "the peer's own folder for configuration and state, apart from the payload"),
    .init(name: "address", meaning: "the peer's own address, to listen on and to connect from"),
    .init(name: "port", meaning: "port to listen on"),
    .init(name: "tracker", meaning: "announce URL, which the .torrent file holds too"),
    .init(name: "url", meaning: "where the server has the payload, under `distribution: client-server`; else empty"),
    .init(name: "name", meaning: "the peer's name"),
    .init(name: "role", meaning: "`seed` or `leecher`"),
    .init(name: "payloadName", meaning: "name of the payload's file"),
    .init(name: "peerID", meaning: "twenty characters of a peer id"),
    .init(name: "randomSeed", meaning: "the peer's own random seed"),
    .init(name: "upload", meaning: "upload limit that the client is to keep, in bytes per second; 0 for none"),
    .init(name: "download", meaning: "download limit that the client is to keep, in bytes per second; 0 for none"),
    .init(name: "uploadKiB", meaning: "the same in KiB (1024 bytes) per second, rounded down, 1 at least; 0 for none"),
    .init(name: "downloadKiB", meaning: "the same in KiB per second"),
    .init(name: "uploadKB", meaning: "the same in kB (1000 bytes) per second, rounded down, 1 at least; 0 for none"),
    .init(name: "downloadKB", meaning: "the same in kB per second"),
    .init(name: "uploadLimited", meaning: "`true` where the client is to keep an upload limit, else `false`"),
    .init(name: "downloadLimited", meaning: "`true` where the client is to keep a download limit, else `false`"),
    .init(name: "here", meaning: "folder of the client file"),
  ]

  /// Those that tell a client of its upload limit, or of its download limit.
  static func limits(_ direction: String) -> [String] { ["", "KiB", "KB", "Limited"].map { direction + $0 } }
}
