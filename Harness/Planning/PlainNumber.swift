import Yams

/// A number that YAML shows as people write it: `10` and `0.88`, not `1e+1` and `8.8e-1`. Swift's description is the
/// shortest text that reads back to the same number.
struct PlainNumber: YAMLEncodable {
  var value: Double

  init(_ value: Double) { self.value = value }

  var text: String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  func box() -> Node { Node(text, Tag(.float)) }
}
