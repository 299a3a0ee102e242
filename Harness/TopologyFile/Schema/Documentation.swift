/// The topology format as a page of documentation, from the same rows that decode.
extension TopologySchema {
  /// - Parameter checks: The catalogue.
  /// - Returns: Markdown.
  public static func markdown(checks: [CheckSpec]) -> String {
    var text = ""
    for table in tables {
      text += "## \(table.name)\n\n\(table.meaning)\n\n"
      if !table.oneOf.isEmpty {
        text += "One of \(ScalarReader.list(table.oneOf.map { "`\($0)`" })) must be given.\n\n"
      }
      text += Self.rows(table.keys.filter { !$0.isLater }) + "\n"
    }
    text += "## checks\n\n"
    for check in checks {
      text += "### \(check.name)\n\n\(check.summary)\n\n"
      if !check.parameters.isEmpty { text += Self.rows(check.parameters.map(SchemaKey.init)) + "\n" }
    }
    text += "## misbehaviours\n\n| name | a dose is | doses | meaning |\n| --- | --- | --- | --- |\n"
    for one in NativeClient.misbehaviours {
      let doses = one.doses.map(ScalarReader.number).joined(separator: ", ")
      text += "| `\(one.name)` | \(one.unit) | \(doses) | \(one.summary) |\n"
    }
    text += "\n## placeholders of a command\n\n| placeholder | meaning |\n| --- | --- |\n"
    for one in ClientPlaceholder.all { text += "| `{\(one.name)}` | \(one.meaning) |\n" }
    return text
  }

  private static func rows(_ keys: [SchemaKey]) -> String {
    var text = "| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
    for row in keys {
      let value =
        if case .table(let table) = row.shape { "section \(table.name)" } else { SchemaDecoder.expectation(of: row) }
      let standing = row.defaultText.map { $0.isEmpty ? "" : "`\($0)`" } ?? (row.isRequired ? "must be given" : "")
      text += "| `\(row.key)` | \(value) | \(standing) | \(row.meaning) |\n"
    }
    return text
  }
}
