internal import Harness

/// Charts, one below the other, with heading and legends: a drawing that needs no page around it.
struct Picture {
  private static let margin = 14.0
  private static let lineHeight = 20.0

  /// One of the charts.
  struct Chart {
    /// If there are several.
    var heading: Legends.Item?
    let drawing: Drawing
  }

  let title: String
  let description: String
  /// What the charts are of.
  let subject: String
  let charts: [Chart]
  let legends: [[Legends.Item]]
  /// Lines below them.
  var notes: [String] = []

  /// The whole document.
  ///
  /// - Complexity: O(length).
  var markup: Markup {
    var (x, y) = (Self.margin, Self.margin + 14)
    let width = Drawing.Form.picture.width + 2 * x
    var drawing = Drawing(width: width, height: 0)
    drawing.text(title, x + 4, y, .start, "b head")
    y += 22
    drawing.text(subject, x + 4, y, .start, "dim")
    y += 8
    for chart in charts {
      if let heading = chart.heading {
        y += 26
        Self.draw(heading, x + 4, y, "b", on: &drawing)
        y += 2
      }
      drawing.add(chart.drawing, x, y, "chart")
      y += chart.drawing.height
    }
    for legend in legends {
      x = Self.margin
      y += Self.lineHeight + 4
      for item in legend {
        let length = Self.length(of: item)
        if x > Self.margin, x + length > width - Self.margin {
          x = Self.margin
          y += Self.lineHeight
        }
        Self.draw(item, x + 4, y, "", on: &drawing)
        x += length + 18
      }
    }
    for note in notes.flatMap({ Page.broken($0, width: 116, indent: 0) }) {
      y += Self.lineHeight
      drawing.text(note, Self.margin + 4, y, .start, "dim")
    }
    let height = y + Self.margin
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="title" aria-describedby="desc">
      <title id="title">\(title): \(subject)</title>
      <desc id="desc">\(description)</desc>
      <style>\(StyleSheet.picture)</style>
      <rect class="ground" width="100%" height="100%"/>
      \(drawing.body)
      </svg>

      """
  }

  /// Some seven pixels a letter: no program that draws it is asked for the true length.
  private static func length(of item: Legends.Item) -> Double {
    return item.key.drawing.width + 6 + 7 * Double(shown(item).count)
      + (item.letter.map { room(for: $0) } ?? 0)
  }

  /// Bold letters are wider, an m most of all.
  private static func room(for letter: String) -> Double { 10 * Double(letter.count) + 5 }

  private static func shown(_ item: Legends.Item) -> String { Page.short(item.text, limit: 100) }

  private static func draw(
    _ item: Legends.Item, _ x: Double, _ y: Double, _ style: String, on drawing: inout Drawing
  ) {
    drawing.add(item.key.drawing, x, y - 11, item.key.style)
    var x = x + item.key.drawing.width + 5
    if let letter = item.letter {
      drawing.text(letter, x, y, .start, "b")
      x += Self.room(for: letter)
    }
    drawing.text(shown(item), x, y, .start, style)
  }
}
