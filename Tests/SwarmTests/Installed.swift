import Testing

extension Trait where Self == ConditionTrait {
  /// Skips the test where one of these clients cannot run.
  static func installed(_ clients: String...) -> Self {
    let packages = clients.map { Installed.package(of: $0) }.joined(separator: " ")
    let reason = "not all of \(clients.joined(separator: ", ")) is installed: apt-get install \(packages)"
    return .enabled(Comment(rawValue: reason)) { await Installed.has(clients) }
  }
}

/// What `swarmlab clients` finds here, asked once.
actor Installed {
  private static let shared = Installed()
  private var lines: Task<[String], any Error>?

  static func has(_ clients: [String]) async -> Bool {
    let lines = (try? await shared.listing()) ?? []
    return clients.allSatisfy { client in
      guard let place = lines.firstIndex(where: { $0.hasPrefix(client + "  ") }) else { return false }
      return lines[place + 1..<lines.endIndex].first?.hasPrefix("  not here") == false
    }
  }

  private func listing() async throws -> [String] {
    let task = lines ?? Task { try await Swarmlab.run("clients").lines }
    lines = task
    return try await task.value
  }

  /// What Debian calls it, as its client file says.
  static func package(of client: String) -> String {
    let file = (try? contents("\(Swarmlab.root)/Harness/Clients/\(client).client.yaml")) ?? ""
    return file.firstMatch(of: /install: \{debian: ([a-z0-9.+-]+)\}/).map { String($0.1) } ?? client
  }
}
