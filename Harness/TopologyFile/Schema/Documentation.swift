/// The formats as pages of the guides, from the same rows that decode.
extension TopologySchema {
  /// `TopologyKeys.md`. The parameters of checks are the catalogue's to tell.
  public static var markdown: String {
    let lead = "Every key of a topology file (`*.swarm.yaml`): what it holds, its default, and what it means."
    var text = SchemaPage.head("Keys of a topology", lead: lead, option: "--markdown") + SchemaPage.sections(tables)
    text += "## misbehaviours\n\nWhat `misbehaviour` may name, and its doses from mild to strong.\n\n"
    text += "| name | a dose is | doses | meaning |\n| --- | --- | --- | --- |\n"
    for one in NativeClient.misbehaviours {
      let doses = one.doses.map(ScalarReader.number).joined(separator: ", ")
      text += "| `\(one.name)` | \(one.unit) | \(doses) | \(one.summary) |\n"
    }
    return text
  }
}

extension ForeignClientSchema {
  /// `ClientKeys.md`, with the profiles that client files name.
  public static var markdown: String {
    let lead =
      "Every key of a client file (`*.client.yaml`) and of a profile: what it holds, its default, and what it means."
    var text = SchemaPage.head("Keys of a client file", lead: lead, option: "--client --markdown")
    text += SchemaPage.sections(tables + [ProfileFile.schema])
    text += "## placeholders\n\nWhat is filled in for each peer, in `command` and the other texts of a client.\n\n"
    text += "| placeholder | meaning |\n| --- | --- |\n"
    for one in ClientPlaceholder.all { text += "| `{\(one.name)}` | \(one.meaning) |\n" }
    return text
  }
}

/// The parts of such a page, in Markdown.
private enum SchemaPage {
  static func head(_ title: String, lead: String, option: String) -> String {
    var text = "# \(title)\n\n\(lead)\n\n"
    text += "`swarmlab schema \(option)` prints this page; the rows are those that files are read by.\n\n"
    text += "Amounts have units:\n\n"
    for dimension in Dimension.allCases {
      let units = dimension.units.map { "`\($0.name)`" }.joined(separator: ", ")
      text += "- \(dimension.noun): \(units); at most \(dimension.maximum.text)\n"
    }
    return text + "\n"
  }

  static func sections(_ tables: [SchemaTable]) -> String {
    var text = ""
    for table in tables {
      text += "## \(table.name)\n\n\(table.meaning)\n\n"
      if !table.oneOf.isEmpty {
        text += "One of \(ScalarReader.list(table.oneOf.map { "`\($0)`" })) must be given.\n\n"
      }
      text += "| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
      for row in table.keys where !row.isLater {
        text += "| `\(row.key)` | \(value(of: row)) | \(standing(of: row)) | \(row.meaning) |\n"
      }
      text += "\n"
    }
    return text
  }

  private static func standing(of row: SchemaKey) -> String {
    guard let text = row.defaultText else { return row.isRequired ? "must be given" : "" }
    return text.isEmpty ? "" : "`\(text)`"
  }

  /// As an error says it, but that sections are named: their rows stand on the same page.
  private static func value(of row: SchemaKey) -> String {
    switch row.shape {
    case .table(let table): "the section *\(table.name)*"
    case .list(let table): "a list of sections *\(table.name)*"
    case .groups(let table), .sections(let table): "sections *\(table.name)* by name"
    case .wordOrTable(let words, let table): "\(ScalarReader.list(words)), or the section *\(table.name)*"
    case .nameOrTable(let table): "a name, or the section *\(table.name)*"
    case .files(let table): "texts by path, or in place of a text the section *\(table.name)*"
    case .value, .name, .frequency, .texts, .words, .textByName, .checks, .checkNames, .later:
      SchemaDecoder.expectation(of: row)
    }
  }
}
