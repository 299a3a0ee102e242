import Foundation
import Testing
import TopologyFile

@Suite struct SchemaTests {
  private func schema() throws -> [String: Any] {
    let text = TopologySchema.json(checks: TestChecks.all)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("The JSON Schema knows every key of every section, refuses others and lets x- keys pass")
  func keys() throws {
    let schema = try schema()
    #expect(schema["additionalProperties"] as? Bool == false)
    #expect((schema["patternProperties"] as? [String: Any])?.keys.contains("^x-") == true)
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    #expect(Set(properties.keys) == Set(TopologySchema.topology.keys.map(\.key)))
    #expect(properties["speed"]?["default"] as? Int == 1)
    let payload = try #require(properties["payload"]?["properties"] as? [String: [String: Any]])
    #expect(payload["size"]?["pattern"] as? String == #"^(?=[0-9.]*[1-9])[0-9]+(\.[0-9]+)? ?(B|KiB|MiB|GiB|kB|MB|GB)$"#)
    #expect(schema["required"] as? [String] == ["name", "payload", "peers", "until"])
  }

  @Test("The JSON Schema names the checks with their parameters")
  func checks() throws {
    let text = TopologySchema.json(checks: TestChecks.all)
    #expect(text.contains("\"upload-slots\": {"))
    #expect(text.contains("\"grace\": {"))
    #expect(text == TopologySchema.json(checks: TestChecks.all))
  }

  @Test("Every default of the schema is a value that its own row reads")
  func defaults() throws {
    for table in TopologySchema.tables {
      for key in table.keys {
        guard let text = key.defaultText, case .value(let kind) = key.shape else { continue }
        #expect(throws: Never.self, "\(table.name).\(key.key)") {
          try ScalarReader.read(text, as: kind, allowsZero: key.allowsZero)
        }
      }
    }
  }

  @Test("Every section that a row refers to is documented, and every sentence ends")
  func documentation() {
    let text = TopologySchema.markdown
    for table in TopologySchema.tables {
      #expect(text.contains("## \(table.name)\n"))
      #expect(table.meaning.hasSuffix("."))
      for key in table.keys { #expect(key.meaning.hasSuffix("."), "\(table.name).\(key.key)") }
    }
    #expect(text.contains("| `count` | a whole number from 1 to 49152 | `1` | How many peers. |"))
  }

  /// Made again with: swarmlab schema --markdown > …/TopologyKeys.md, and schema --client --markdown > …/ClientKeys.md
  @Test("The pages of keys in the guides are those that the rows give")
  func pages() throws {
    let guides = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Harness/swarmlab/swarmlab.docc")
    for (page, text) in [
      ("TopologyKeys.md", TopologySchema.markdown), ("ClientKeys.md", ForeignClientSchema.markdown),
    ] {
      let shipped = try String(contentsOf: guides.appending(path: page), encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      // Line by line, so that what differs is seen.
      for (line, kept) in zip(lines, shipped.split(separator: "\n", omittingEmptySubsequences: false)) {
        #expect(line == kept, "\(page)")
      }
      #expect(text == shipped, "\(page)")
    }
  }
}
