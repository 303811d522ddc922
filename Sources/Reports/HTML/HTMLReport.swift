internal import Foundation
internal import Harness
internal import Quantities
internal import SubstrateCore

/// Puts the page together. It computes nothing of its own: every figure is in the comparison.
struct HTMLReport {
  let comparison: Comparison
  let citations: Citations
  let legends: Legends

  init(_ comparison: Comparison) {
    self.comparison = comparison
    legends = Legends(comparison)
    citations = Citations(comparison)
  }

  /// The whole document.
  var document: String {
    Self.document(
      title,
      """
      \(heading)\(headline)\(ladder)\(time)\(accuracy)\(bars)\(reading)\(settings)\(differences)\
      \(crossings)\(coverage)\(warnings)\(sources)\(remake)
      """)
  }

  /// A page that needs nothing from elsewhere, and says so to the browser.
  static func document(_ title: String, _ contents: Markup) -> String {
    let digest = Data(StyleSheet.digest.bytes).base64EncodedString()
    let policy =
      "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="\(policy)"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta name="referrer" content="no-referrer"/>
      <title>\(title)</title>
      <style>\(StyleSheet.markup)</style>
      </head>
      <body>
      <main>
      \(contents)</main>
      </body>
      </html>

      """
    return page.text
  }

  private var title: String {
    "What one inference costs: \(Page.short(comparison.network.name, limit: 80)) on "
      + Page.short(comparison.workload.name, limit: 80)
  }

  private var heading: Markup {
    let reference = comparison.reference
    let quantum = comparison.quantum
    var entries: [(String, String)] = [
      ("network", Report.sizes(of: comparison.network)),
      (
        "samples",
        "\(Numerals.count(comparison.workload.samples)), "
          + "\(Report.described(comparison.workload)), as a cyclic stream: each "
          + "inference starts from the sample before it"
      ),
      (
        "bath",
        "T = \(Numerals.tidy(comparison.conditions.temperature.value)) K: k_BT = "
          + "\(Numerals.plain(quantum, digits: 7)) J, one bit is k_BT ln 2 = "
          + "\(Numerals.plain(quantum * naturalLogarithmOf2, digits: 7)) J; seed \(comparison.conditions.seed)"
      ),
      (
        "reference",
        "the network in double precision, without noise"
          + (reference.accuracy == nil
            ? "; no labels, so no accuracy"
            : ": \(Numerals.percent(reference.accuracy, error: reference.accuracyStandardError)) % of the "
              + "samples right")
      ),
    ]
    if let criterion = Report.criterion(of: comparison) { entries.append(("criterion", criterion)) }
    let links = [
      ("table", "Table"), ("ladder", "Ladder"), ("time", "Time"), ("accuracy", "Accuracy"),
      ("ledger", "Ledgers"), ("settings", "Settings"), ("warnings", "Warnings"),
      ("sources", "Sources"), ("remake", "Remake"),
    ].map { "<a href=\"#\($0.0)\">\($0.1)</a>" as Markup }
    return """
      <h1>\(title)</h1>
      \(Self.list(entries))<nav aria-label="Sections">\(links)</nav>

      """
  }

  /// Terms and what they mean.
  static func list(_ entries: [(String, String)]) -> Markup {
    let rows = entries.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" as Markup }
    return "<dl>\n\(rows)</dl>\n"
  }

  /// A chart in both forms, its legends, and its figures as a table.
  func figure(
    _ id: String, _ title: String, _ description: String, caption: String = "",
    legends: Markup = "", table: Markup = "", _ drawing: (Drawing.Form) -> Drawing
  ) -> Markup {
    let wide = drawing(.wide).markup(
      id: "\(id)-w", style: "wide", title: title, description: description)
    let narrow = drawing(.narrow).markup(
      id: "\(id)-n", style: "narrow", title: title, description: description)
    return """
      <figure>
      \(wide)\(narrow)\(legends)<figcaption>\(caption)</figcaption>
      \(table)</figure>

      """
  }

  /// A legend below a drawing, which wraps where the drawing could not.
  func list(_ legend: [Legends.Item]) -> Markup {
    let items = legend.map { item -> Markup in
      let letter = item.letter.map { ["<b>\($0)</b>"] as [Markup] } ?? []
      return "<li>\(item.key.icon)\(letter)<span>\(item.text)</span></li>"
    }
    return "<ul class=\"legend\">\(items)</ul>\n"
  }

  /// A table that becomes a list of cards on a phone.
  static func table(_ caption: String, _ form: TableForm, _ rows: [[Markup]]) -> Markup {
    let body = rows.map { row -> Markup in
      "<tr>\(row.map { "<td>\($0)</td>" as Markup })</tr>\n"
    }
    return """
      <table class="cards \(form.name)"><caption>\(caption)</caption>\(form.head)<tbody>
      \(body)</tbody></table>

      """
  }

  /// A figure in few digits, with all of them for a machine.
  static func number(_ value: Double?, _ shown: String) -> Markup {
    guard let value, value.isFinite else { return "\(shown)" }
    return "<data value=\"\(value.description)\">\(shown)</data>"
  }
}
