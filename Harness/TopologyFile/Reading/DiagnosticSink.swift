/// Collects what is found wrong while a file is read, so that all of it is reported at once.
final class DiagnosticSink {
  let file: String
  private(set) var diagnostics: [Diagnostic] = []

  init(file: String) { self.file = file }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  func error(_ place: Place, _ message: String, expected: String? = nil, suggestion: String? = nil) {
    diagnostics.append(
      Diagnostic(file: file, place: place, message: message, expected: expected, suggestion: suggestion))
  }

  /// In the order of the file; what came from options last, in the order of finding.
  var sorted: [Diagnostic] {
    diagnostics.enumerated().sorted { a, b in
      let (x, y) = (a.element.place, b.element.place)
      if (x.option == nil) != (y.option == nil) { return x.option == nil }
      if x.line != y.line { return x.line < y.line }
      return x.column != y.column ? x.column < y.column : a.offset < b.offset
    }.map(\.element)
  }
}
