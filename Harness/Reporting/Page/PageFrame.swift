/// What every page is framed by: one file that needs nothing else, light or dark as the reader has it, at any width.
package enum PageFrame {
  /// - Parameters:
  ///   - title: plain text, for the window.
  ///   - style: rules beyond those that all pages share.
  ///   - body: HTML, from the header on.
  package static func html(title: String, style: String = "", body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Markup.text(title))</title>
    <style>\(PageStyle.css)
    \(style)</style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }
}
