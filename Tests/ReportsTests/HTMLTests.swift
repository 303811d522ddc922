import Foundation
import Harness
import Quantities
import SubstrateCore
import Testing

@testable import Reports

/// The page: what a browser need not be asked for.
@Suite struct HTMLTests {
  /// What somebody may have called a network, a layer or a file.
  static let hostile =
    "</title></svg><script>alert('1')</script>\" onload=\"x\" ]]> &amp; <!-- "
    + "\u{0}\u{1b}[31m\u{202e}\u{2066}\u{200f}\u{61c}\u{feff}\u{ffff}\u{85} שלום"

  /// The comparison made by hand, with curves and a command, and every text in it replaced if asked.
  static func comparison(curves: Bool = true, hostile: Bool = false) throws -> Comparison {
    let plain = try Snapshots.comparison()
    var document =
      try JSONSerialization.jsonObject(with: Data(Report.json(plain).utf8)) as! [String: Any]
    if curves {
      document["curves"] = self.curves
      document["command"] = "substrata compare --format html --model 'a b.json'"
    }
    if hostile { document = poisoned(document) as! [String: Any] }
    return try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: document))
  }

  /// Texts that the schema leaves free.
  private static let free: Set<String> = [
    "name", "title", "detail", "citation", "note", "reason", "layer", "mechanism", "unit", "rule",
    "operation", "command", "parameter", "value",
  ]

  private static func poisoned(_ value: Any, key: String = "") -> Any {
    switch value {
    case let object as [String: Any]:
      return Dictionary(
        uniqueKeysWithValues: object.map {
          ($0, $0 == "reason" && object["detail"] != nil ? $1 : poisoned($1, key: $0))
        })
    case let array as [Any]:
      return array.map { key == "warnings" ? hostile : poisoned($0, key: key) }
    case let text as String: return free.contains(key) ? text + hostile : text
    default: return value
    }
  }

  private static func point(
    _ value: Double, _ energy: Double?, accuracy: Double?, verdict: String = "settled",
    kind: String = "predicted", limit: Double? = nil
  ) -> [String: Any] {
    func orNull(_ number: Double?) -> Any { number.map { $0 as Any } ?? NSNull() }
    return [
      "value": value, "verdict": verdict, "latency_s": 1e-9 * value,
      "energy": [
        "kind": kind, "J": orNull(energy.map { $0 * 4e-21 }), "kT": orNull(energy),
        "standard_error_kT": NSNull(), "low_J": NSNull(), "high_J": NSNull(),
      ] as [String: Any],
      "accuracy": orNull(accuracy), "accuracy_standard_error": orNull(accuracy.map { _ in 0.01 }),
      "accuracy_difference": orNull(accuracy.map { $0 - 0.984 }),
      "accuracy_difference_standard_error": orNull(accuracy.map { _ in 0.005 }),
      "limits": limit.map {
        [
          ["kind": "floor", "name": "transport", "rule": NSNull(), "J": $0 * 4e-21, "kT": $0]
            as [String: Any]
        ]
      } ?? [],
    ]
  }

  /// Springs over durations, two of which are void, and springs and switches over precisions.
  private static var curves: [String: Any] {
    let times: [[String: Any]] =
      [point(0, 9000, accuracy: 0.98)]
      + [1.0, 10, 100].map { point($0, 5000 / $0, accuracy: 0.98, limit: 3000 / $0) }
      + [
        point(1000, nil, accuracy: nil, verdict: "diverged"),
        point(2000, 1e-3, accuracy: 0.1, verdict: "unsettled"),
      ]
    let crossing: [String: Any] = [
      "substrate": "springs", "other": "switches", "name": "registers", "rule": "measured",
      "kind": "floor", "kT": 94.7,
      "crossing": [
        "outcome": "crosses", "duration": 52.8, "lower": 10, "upper": 100, "repeated": false,
      ] as [String: Any],
    ]
    return [
      "duration": [
        ["substrate": "springs", "parameter": "duration", "unit": "τ0", "points": times]
      ],
      "precision": [
        [
          "substrate": "switches", "parameter": "bits", "unit": "bit",
          "points": (2...9).map {
            point(
              Double($0), 1e10 * Double($0), accuracy: 1 - pow(2, -Double($0)), kind: "model")
          },
        ] as [String: Any],
        [
          "substrate": "springs", "parameter": "snr", "unit": "",
          "points": [1.0, 10, 100, 1000].map { point($0, $0, accuracy: 1 - 0.5 / $0) },
        ],
      ],
      "crossings": [
        crossing,
        crossing.merging([
          "other": "task", "name": "readout", "rule": NSNull(),
          "crossing": [
            "outcome": "above", "duration": NSNull(), "lower": 2000, "upper": NSNull(),
            "repeated": false,
          ] as [String: Any],
        ]) { $1 },
      ],
      "skipped": [
        [
          "substrate": "sparks", "parameter": "gap", "value": NSNull(), "reason": "too dear",
        ] as [String: Any]
      ],
    ]
  }

  private func page(_ comparison: Comparison) throws -> Element {
    try #require(PageReader.read(Report.html(comparison)), "not well-formed")
  }

  // MARK: What it may hold

  @Test func nothingOnThePageLeavesIt() throws {
    let text = Report.html(try Self.comparison())
    // What the document says is no address, and stands between single quotes.
    let bare = text.replacing(/data:application\/json,[^']*'/, with: "", maxReplacements: 1)
    #expect(bare.utf8.count < text.utf8.count - 5000)
    for word in ["http:", "https:", "//", "src=", "url(", "@import", "<script", "<link", "<iframe"]
    {
      #expect(!bare.contains(word), "\(word)")
    }
    let page = try #require(PageReader.read(text))
    for link in page.all.compactMap({ $0.attributes["href"] }) {
      let target = link.hasPrefix("#") ? String(link.dropFirst()) : nil
      #expect(
        link.hasPrefix("data:application/json,")
          || page.all.contains { $0.attributes["id"] == target }, "\(link.prefix(40))")
    }
  }

  @Test func thePolicyAllowsTheStyleSheetAndNothingElse() throws {
    let page = try page(try Self.comparison())
    let style = try #require(page.elements("style").first)
    let policy = try #require(
      page.elements("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }?
        .attributes["content"])
    let digest = Data(Digest(of: style.text).bytes).base64EncodedString()
    #expect(
      policy
        == "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'")
    #expect(page.elements("style").count == 1)
    #expect(page.all.allSatisfy { $0.attributes["style"] == nil })
  }

  /// FIPS 180-4's examples, and one that is padded into a further block.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func digestsAreThoseOfTheStandard(text: String, expected: String) {
    let digest = Digest(of: text).bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    #expect(digest.joined() == expected)
  }

  @Test func whatComesFromOutsideStaysText() throws {
    let comparison = try Self.comparison(hostile: true)
    let text = Report.html(comparison)
    let page = try #require(PageReader.read(text), "not well-formed")
    let names = Set(page.all.map(\.name))
    #expect(names.isDisjoint(with: ["script", "iframe", "object", "link", "img", "form"]))
    for element in page.all {
      #expect(element.attributes.keys.allSatisfy { !$0.hasPrefix("on") })
    }
    let unseen = text.unicodeScalars.filter {
      $0 != "\n"
        && [.control, .format, .lineSeparator, .paragraphSeparator, .unassigned].contains(
          $0.properties.generalCategory)
    }
    #expect(unseen.isEmpty, "\(unseen.map(\.value))")
    // It is there all the same, to be read, and it came in everywhere.
    let heading = try #require(page.elements("h1").first)
    #expect(heading.text.contains("</title></svg><script>alert('1')</script>"))
    for place in ["td", "li", "th", "pre", "title"] {
      #expect(page.elements(place).contains { $0.text.contains("<script>") }, "\(place)")
    }
    #expect(
      page.elements("g").contains { ($0.attributes["aria-label"] ?? "").contains("\" onload") })
  }

  @Test func theSameStructureWhateverThingsAreCalled() throws {
    let plain = try page(try Self.comparison()).all.map(\.name)
    #expect(try page(try Self.comparison(hostile: true)).all.map(\.name) == plain)
  }

  // MARK: Figures

  @Test func theTableHoldsTheFiguresOfTheDocument() throws {
    let comparison = try Self.comparison()
    let table = try #require(try page(comparison).elements("table", "headline").first)
    var expected: [(Double, String)] = []
    func add(_ value: Double?, _ text: String) { if let value { expected.append((value, text)) } }
    for result in comparison.results {
      add(result.energy.joules, Numerals.engineering(result.energy.joules, "J"))
      add(result.energy.thermalEnergy, Numerals.plain(result.energy.thermalEnergy))
      add(result.latency, Numerals.engineering(result.latency, "s"))
      add(
        result.accuracy, Numerals.percent(result.accuracy, error: result.accuracyStandardError))
      let sign = (result.accuracyDifference ?? 0) > 0 ? "+" : ""
      add(
        result.accuracyDifference,
        sign
          + Numerals.percent(
            result.accuracyDifference, error: result.accuracyDifferenceStandardError))
      for limit in result.limits {
        add(limit.joules, Numerals.engineering(limit.joules, "J"))
        add(limit.thermalEnergy, Numerals.plain(limit.thermalEnergy))
      }
      // Of springs, what the converters take apart from the rest.
      let apart = result.ledger.filter { $0.kind != result.energy.kind && $0.flow == .drawn }
      for posting in apart {
        add(posting.joules, Numerals.engineering(posting.joules, "J"))
        add(posting.thermalEnergy, Numerals.plain(posting.thermalEnergy))
      }
    }
    add(comparison.taskFloor.energy, Numerals.engineering(comparison.taskFloor.energy, "J"))
    add(comparison.taskFloor.thermalEnergy, Numerals.plain(comparison.taskFloor.thermalEnergy))
    let shown = table.elements("data")
    #expect(shown.map(\.text) == expected.map(\.1))
    for (cell, (value, _)) in zip(shown, expected) {
      #expect(abs(cell.number("value") / value - 1) < 1e-12, "\(cell.text)")
    }
    let verdicts = table.elements("tr").map { $0.elements("td") }.filter { $0.count == 7 }
      .map { $0[6] }
    #expect(verdicts.map(\.text) == comparison.results.map(\.verdict.rawValue))
  }

  @Test func theDownloadIsTheComparison() throws {
    let comparison = try Self.comparison(hostile: true)
    let link = try #require(
      try page(comparison).elements("a").first { $0.attributes["download"] != nil })
    let parts = link.attributes["href"]!.split(separator: ",", maxSplits: 1)
    #expect(parts[0] == "data:application/json")
    let document = try #require(String(parts[1]).removingPercentEncoding)
    #expect(document == Report.compactJSON(comparison))
    #expect(
      try JSONDecoder().decode(Comparison.self, from: Data(document.utf8)) == comparison)
  }

  /// Nothing in an address ends it or its attribute, or is read as something else, whatever the document holds.
  @Test func anyDocumentIsAnAddress() throws {
    let ascii = String(String.UnicodeScalarView((0..<128).map { UnicodeScalar(UInt8($0)) }))
    for text in ["", ascii, "%20%", "a?b#c&amp;'<>\"", "τ0 \u{202e}\u{1f600}", Self.hostile] {
      let address = Markup.address(ofJSON: text).text
      #expect(address.unicodeScalars.allSatisfy { (0x20..<0x7f).contains($0.value) })
      for mark in ["'", "<", ">", "&", "#", "?"] { #expect(!address.contains(mark)) }
      let contents = address.dropFirst("data:application/json,".count)
      #expect(String(contents).removingPercentEncoding == text)
      // A browser takes away blanks at the end of an address, and so none is there.
      #expect(!Markup.address(ofJSON: text + "\n").text.hasSuffix(" "))
    }
  }

  @Test func everythingThatATerminalShowsIsSaid() throws {
    let comparison = try Self.comparison()
    let text = try page(comparison).text
    for source in comparison.sources { #expect(text.contains(source.citation)) }
    for warning in comparison.warnings { #expect(text.contains(warning)) }
    for refused in comparison.refused { #expect(text.contains(refused.detail)) }
    #expect(text.contains(try #require(comparison.command)))
    #expect(text.contains("too dear") && text.contains("Operations are left out"))
    for result in comparison.results {
      for setting in result.settings where setting.value != .none {
        #expect(text.contains(setting.name))
      }
    }
  }

  @Test func withoutCurvesThePageSaysHowToHaveThem() throws {
    let page = try page(try Self.comparison(curves: false))
    #expect(page.text.contains("make it again with --curves"))
    #expect(page.text.contains("The command is not kept"))
    // The ladder and bars are there.
    #expect(page.elements("svg", "wide").count >= 1 && page.elements("svg", "both").count >= 2)
  }

  /// On a phone a figure's title is that of its column.
  @Test func everyCellStandsInAColumn() throws {
    let page = try page(try Self.comparison())
    let sheet = StyleSheet.markup.text
    let tables = page.elements("table", "cards")
    #expect(tables.count > 10)
    for table in tables {
      let form = table.attributes["class"]!.split(separator: " ")[1]
      let titles = table.elements("thead")[0].elements("th").map(\.text)
      for row in table.elements("tbody").flatMap({ $0.elements("tr") }) {
        let widths = row.children.map { Int($0.attributes["colspan"] ?? "1")! }
        #expect(widths.reduce(0, +) == titles.count, "\(form)")
        for (place, cell) in row.children.enumerated() where cell.name == "td" {
          #expect(
            sheet.contains(
              ".\(form) td:nth-child(\(place + 1))::before{content:\"\(titles[place]): \"}"),
            "\(form) \(titles[place])")
        }
      }
    }
  }

  // MARK: Reading it without seeing or pointing

  @Test func idsAreUniqueAndReferencesLead() throws {
    let page = try page(try Self.comparison())
    let ids = page.all.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for attribute in ["aria-labelledby", "aria-describedby"] {
      for target in page.all.compactMap({ $0.attributes[attribute] }) {
        #expect(ids.contains(target))
      }
    }
  }

  @Test func everyChartAndEveryMarkSaysWhatItIs() throws {
    let page = try page(try Self.comparison())
    let charts = page.elements("svg").filter { !$0.has("key") }
    let wide = charts.count { $0.has("wide") }
    #expect(wide >= 3 && charts.count { $0.has("narrow") } == wide)
    #expect(charts.count { $0.has("both") } >= 3)
    for chart in charts {
      #expect(chart.children.map(\.name).starts(with: ["title", "desc"]))
      #expect(chart.attributes["aria-labelledby"] != nil)
      let marks = chart.elements("g", "m")
      #expect(!marks.isEmpty)
      for mark in marks {
        let label = try #require(mark.attributes["aria-label"])
        #expect(mark.attributes["tabindex"] == "0" && mark.attributes["role"] == "img")
        #expect(mark.tips.count == 2 && label.contains(": "))
      }
    }
    for key in page.elements("svg", "key") { #expect(key.attributes["aria-hidden"] == "true") }
  }

  // MARK: Drawings

  @Test(arguments: [false, true]) func nothingIsDrawnOutsideItsDrawing(hostile: Bool) throws {
    for chart in try page(try Self.comparison(hostile: hostile)).elements("svg") {
      let size = chart.attributes["viewBox"]!.split(separator: " ").map { Double($0)! }
      let (width, height) = (size[2], size[3])
      func check(_ x: Double, _ y: Double, _ what: Element) {
        #expect(
          x >= -0.1 && x <= width + 0.1 && y >= -0.1 && y <= height + 0.1,
          "\(what.name) \(what.attributes) at \(x), \(y) of \(width), \(height)")
      }
      for element in chart.all {
        switch element.name {
        case "rect":
          check(element.number("x"), element.number("y"), element)
          check(
            element.number("x") + element.number("width"),
            element.number("y") + element.number("height"), element)
        case "circle":
          let radius = element.number("r")
          check(element.number("cx") - radius, element.number("cy") - radius, element)
          check(element.number("cx") + radius, element.number("cy") + radius, element)
        case "path":
          #expect(!element.points.isEmpty)
          for point in element.points { check(point.x, point.y, element) }
        // Others are put where they are read by the style sheet.
        case "text" where element.attributes["x"] != nil:
          // Letters of 12 pixels are some 6.5 wide; names from outside may be wider, and are cut by the edge.
          let length = 6.2 * Double(element.text.count) * (hostile ? 0.5 : 1)
          let start =
            element.has("mid") ? length / 2 : element.has("end") ? length : 0
          check(
            max(element.number("x") - start, hostile ? 0 : -.infinity), element.number("y"), element
          )
          check(
            min(element.number("x") - start + length, hostile ? width : .infinity),
            element.number("y"), element)
        default: break
        }
      }
    }
  }

  @Test func marksLieWithinTheirAxes() throws {
    for chart in try page(try Self.comparison()).elements("svg") where !chart.has("key") {
      let frame = chart.elements("path").filter { $0.has("grid") || $0.has("axis") }
        .flatMap(\.points)
      let (xs, ys) = (frame.map(\.x), frame.map(\.y))
      let (left, right) = (try #require(xs.min()), try #require(xs.max()))
      let (top, bottom) = (try #require(ys.min()), try #require(ys.max()))
      for mark in chart.elements("g", "m").flatMap(\.all) {
        var places: [(x: Double, y: Double)] = []
        if mark.name == "circle" { places = [(mark.number("cx"), mark.number("cy"))] }
        if mark.name == "rect", mark.has("bar") {
          places = [
            (mark.number("x"), mark.number("y")),
            (mark.number("x") + mark.number("width"), mark.number("y") + mark.number("height")),
          ]
        }
        if mark.isSymbol { places = [mark.points[0]] }
        for place in places {
          #expect(place.x > left - 0.6 && place.x < right + 0.6, "\(place) \(left)...\(right)")
          #expect(place.y > top - 0.6 && place.y < bottom + 0.6, "\(place) \(top)...\(bottom)")
        }
      }
    }
  }

  /// Figures lie as many decades apart as they are, by the ticks.
  @Test func theLadderIsToScale() throws {
    let page = try page(try Self.comparison())
    let chart = try #require(
      page.elements("svg", "wide").first { $0.attributes["aria-labelledby"] == "ladder-w-t" })
    func place(_ label: String) throws -> Double {
      let mark = try #require(
        chart.elements("g", "m").first { $0.attributes["aria-label"]!.hasPrefix(label) })
      let shape = try #require(mark.all.first { $0.has("post") || $0.name == "circle" })
      return shape.name == "path" ? shape.points[0].x : shape.number("cx")
    }
    let (one, many) = (try place("One bit"), try place("switches: energy"))
    // k_BT ln 2, and 2e10 k_BT.
    let decades = log10(2e10 / log(2))
    let ticks = chart.elements("text").filter { $0.text == "10⁴" || $0.text == "10⁸" }
      .map { $0.number("x") }
    try #require(ticks.count == 2)
    let decade = abs(ticks[1] - ticks[0]) / 4
    #expect(abs((many - one) / decade - decades) < 0.02)
    let order = chart.elements("g", "m").map { $0.attributes["aria-label"]! }
    #expect(order.first!.hasPrefix("switches: energy") && order.last!.hasPrefix("One bit"))
  }

  @Test func coloursStandOutFromTheirGround() throws {
    let sheet = StyleSheet.markup.text
    let parts = sheet.components(separatedBy: "prefers-color-scheme:dark")
    for scheme in [parts[0], parts[1]] {
      func colour(_ name: String) throws -> Double {
        let tail = try #require(scheme.components(separatedBy: "--\(name):#").dropFirst().first)
        var digits = String(tail.prefix { $0.isHexDigit })
        if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
        let number = try #require(Int(digits, radix: 16))
        // Relative luminance, WCAG 2.2.
        return zip([16, 8, 0], [0.2126, 0.7152, 0.0722]).reduce(0) { sum, part in
          let share = Double(number >> part.0 & 255) / 255
          let linear = share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
          return sum + part.1 * linear
        }
      }
      let ground = try colour("bg")
      for name in ["fg", "dim", "accent", "c0", "c1", "c2", "c3", "c4", "c5"] {
        let light = try colour(name)
        let contrast = (max(light, ground) + 0.05) / (min(light, ground) + 0.05)
        #expect(contrast >= 4.5, "\(name): \(contrast)")
      }
    }
  }

  /// A kept document may hold any number.
  @Test(arguments: [0, -0.0, Double.leastNonzeroMagnitude, -1e308, 1e308, 3, -7e-20])
  func anyNumbersMakeAPage(number: Double) throws {
    func replaced(_ value: Any, _ key: String = "") -> Any {
      switch value {
      case let object as [String: Any]:
        return Dictionary(
          uniqueKeysWithValues: object.map {
            (
              $0,
              ["conditions", "network", "workload", "coverage"].contains($0) ? $1 : replaced($1, $0)
            )
          })
      case let array as [Any]: return array.map { replaced($0, key) }
      case is String: return value
      // Whole numbers and truth values stay what they are.
      case let old as NSNumber where old.doubleValue != old.doubleValue.rounded(): return number
      case is NSNumber where ["J", "kT", "value", "accuracy"].contains(key): return number
      default: return value
      }
    }
    let document = try JSONSerialization.jsonObject(
      with: Data(Report.json(try Self.comparison()).utf8))
    let comparison = try JSONDecoder().decode(
      Comparison.self, from: try JSONSerialization.data(withJSONObject: replaced(document)))
    let page = try page(comparison)
    #expect(!page.elements("svg", "wide").isEmpty)
    for element in page.elements("svg").flatMap(\.all) {
      for name in ["x", "y", "cx", "cy", "width", "height"] where element.attributes[name] != nil {
        #expect((-1...10_000).contains(element.number(name)), "\(element.attributes)")
      }
      for number in element.points.flatMap({ [$0.x, $0.y] }) {
        #expect((-1...10_000).contains(number), "\(element.attributes)")
      }
    }
  }

  // MARK: Scales

  @Test(arguments: [1e-30, 0.3, 1, 9.99, 1e12])
  func aLogarithmicScaleHoldsItsNumbers(number: Double) {
    let scale = LogScale(holding: [number, 40 * number, 0, -1, .infinity], from: 10, to: 500)
    #expect(scale.place(number) > 10 && scale.place(40 * number) < 500)
    let step = scale.place(20 * number) - scale.place(2 * number)
    #expect(abs(step - 490 / (scale.decades.upperBound - scale.decades.lowerBound)) < 1e-9)
    for room in [1.0, 40, 200] {
      let ticks = scale.ticks(room: room)
      for (first, second) in zip(ticks, ticks.dropFirst()) {
        #expect(second.place - first.place >= room)
      }
      for tick in ticks {
        #expect(abs(scale.place(pow(10, Double(tick.exponent))) - tick.place) < 1e-6)
      }
    }
  }

  @Test(arguments: [[0.0, 7], [-3, 1e11], [98.4, 98.4], [0.001, 0.0012], [5]])
  func aLinearScaleHoldsItsNumbers(numbers: [Double]) {
    let scale = LinearScale(holding: numbers, ticks: 6, from: 400, to: 20)
    #expect(scale.low <= numbers.min()! && scale.high >= numbers.max()!)
    #expect((2...12).contains(scale.ticks.count), "\(scale.ticks)")
    for tick in scale.ticks { #expect(scale.label(tick).count <= 8, "\(scale.label(tick))") }
  }

  @Test func labelsMoveApartAndStayInOrder() {
    let places = TimeChart.spread([10, 11, 11, 300, 305], least: 13, within: 10...310)
    let sorted = places.sorted()
    #expect(places == sorted && places.first! >= 10 && places.last! <= 310)
    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > 12.99 })
    // Where there is no room at all, they share what there is.
    let many = TimeChart.spread(Array(repeating: 5, count: 11), least: 13, within: 0...100)
    #expect(many == (0...10).map { 10 * Double($0) })
  }
}
