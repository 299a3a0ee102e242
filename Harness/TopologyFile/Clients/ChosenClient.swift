/// A foreign client with the options that a topology sets.
public struct ChosenClient: Hashable, Sendable {
  public var client: ForeignClient
  /// Set in the topology, by name; checked against the client's own list.
  public var options: [String: String]

  /// Value of an option, set or by default.
  public func value(ofOption name: String) -> String? {
    options[name] ?? client.options.first { $0.name == name }?.defaultValue
  }

  /// Program and arguments for a peer, options filled in; what only the lab knows is still a placeholder.
  ///
  /// - Parameters:
  ///   - keeps: Limits that the client itself is to keep.
  ///   - hasUDPTracker: Whether the swarm's tracker speaks UDP.
  public func command(isSeed: Bool, keeps: Set<ForeignClient.Limit>, hasUDPTracker: Bool) -> [String] {
    var words = client.command
    if isSeed { words += client.whenSeed }
    if keeps.contains(.upload) { words += client.whenUploadLimited }
    if keeps.contains(.download) { words += client.whenDownloadLimited }
    if hasUDPTracker { words += client.whenUDPTracker }
    for option in client.options where options[option.name] != nil { words += option.whenSet }
    return words.map(substituted)
  }

  public var files: [ForeignClient.File] {
    client.files.map { file in
      let content: ForeignClient.File.Content =
        switch file.content {
        case .text(let text): .text(substituted(text))
        case .copy(let path): .copy(substituted(path))
        }
      return ForeignClient.File(path: substituted(file.path), content: content)
    }
  }

  public var environment: [String: String] { client.environment.mapValues(substituted) }

  /// The client's profile, as its options make it; nil where nothing is known of its choking.
  public var profile: ForeignClient.ProfileSource? {
    guard var source = client.profile else { return nil }
    for option in client.options {
      guard let value = value(ofOption: option.name) else { continue }
      for change in option.profile where change.value == nil || change.value == value {
        source.text = ProfileFile.text(source.text, with: change.lines.mapValues(filled))
      }
    }
    return source
  }

  private func filled(_ text: String) -> String {
    Template(text).filled { name in
      name.hasPrefix("option.") ? value(ofOption: String(name.dropFirst("option.".count))) : nil
    }
  }

  private func substituted(_ text: String) -> String {
    Template(text).substituting { name in
      name.hasPrefix("option.") ? value(ofOption: String(name.dropFirst("option.".count))) : nil
    }
  }
}
