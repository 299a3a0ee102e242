/// A text as a JSON string: the one spelling for everything that the lab writes (schema, verdicts, metrics). The swarm's
/// processes have a writer of their own, since neither wing may lean on the other here.
package enum JSONString {
  package static func append(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }

  package static func quoted(_ text: String) -> String {
    var out = ""
    append(text, to: &out)
    return out
  }
}
