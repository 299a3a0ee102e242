/// Collects what is found wrong while a file is read, so that all of it is reported at once.
package final class DiagnosticSink {
  package let file: String
  package private(set) var diagnostics: [Diagnostic] = []

  package init(file: String) { self.file = file }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  package func error(_ place: Place, _ message: String, expected: String? = nil, suggestion: String? = nil) {
    add(Diagnostic(file: file, place: place, message: message, expected: expected, suggestion: suggestion))
  }

  /// Of another file too. What groups share (`defaults`, a client) is said once.
  package func add(_ diagnostic: Diagnostic) {
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }

  /// In the order of the file; what came from options last, in the order of finding.
  package var sorted: [Diagnostic] {
    diagnostics.enumerated().sorted { a, b in
      let (x, y) = (a.element.place, b.element.place)
      if (x.option == nil) != (y.option == nil) { return x.option == nil }
      if x.line != y.line { return x.line < y.line }
      return x.column != y.column ? x.column < y.column : a.offset < b.offset
    }.map(\.element)
  }
}
