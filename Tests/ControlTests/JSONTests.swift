import Control
import Testing

@Suite("JSON of lines and logs")
struct JSONTests {
  @Test(
    "Values keep their text",
    arguments: [
      "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "[]", "{}",
      #"["a",1,[null]]"#, #"{"b":1,"a":{"c":"ü€🎈"}}"#, #""\"\\\n\r\t\u0001\u007f""#,
    ])
  func roundTrip(_ text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test(
    "Other spellings are understood",
    arguments: [
      (#""\u00fc\u20AC\ud83c\udf88\/\b\f""#, JSONValue.string("ü€🎈/\u{8}\u{C}")),
      ("1e2", .decimal(100)), ("-0.5E-1", .decimal(-0.05)), ("-0", .integer(0)),
      ("9223372036854775808", .decimal(9_223_372_036_854_775_808)), (" [ 1 , 2 ] \n", .array([1, 2])),
    ])
  func spellings(_ text: String, _ value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(
    "What is not JSON is refused, with the place",
    arguments: [
      ("", 0), ("tru", 0), ("nul", 0), ("01", 2), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0), (".5", 0), ("1 2", 2),
      ("[1,]", 3),
      ("[1", 2), ("{\"a\"}", 4), ("{a:1}", 1), ("{\"a\":1,}", 7), ("{\"a\":1,\"a\":2}", 7), ("\"a", 2), ("\"\\x\"", 2),
      ("\"\\u12g4\"", 5), ("\"\\ud800\"", 7), ("\"\\ud800\\u0041\"", 13), ("\"\\udc00\"", 7), ("\"\u{1}\"", 1),
      ("1e999", 0), ("NaN", 0), ("'a'", 0), ("[1}", 2), ("// c", 0),
    ])
  func refused(_ text: String, _ offset: Int) throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error.offset == offset)
  }

  @Test("Nesting is bounded")
  func nesting() throws {
    let deep = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(throws: Never.self) { try JSONValue(parsing: deep(32)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: deep(33)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "{\"a\":[", count: 1 << 20)) }
  }

  @Test("A number that JSON cannot say becomes null")
  func notFinite() {
    #expect(JSONValue.array([.decimal(.nan), .decimal(.infinity), .decimal(2)]).text == "[null,null,2.0]")
  }
}
