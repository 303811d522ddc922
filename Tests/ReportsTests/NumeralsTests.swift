import Reports
import Testing

@Suite struct NumeralsTests {
  @Test(arguments: [
    (0, "0"), (1, "1.00"), (2.2998, "2.30"), (38.94, "38.9"), (598.5, "599"), (1985, "1985"),
    (9994, "9994"), (9996, "1.00e4"), (58_000, "5.80e4"), (9.05e4, "9.05e4"),
    (1.9612e11, "1.96e11"),
    (0.99996, "1.00"), (0.00123, "0.00123"), (0.000999, "9.99e-4"), (0.0009999, "0.00100"),
    (3.14159e-5, "3.14e-5"), (-0.5, "-0.500"), (-2e7, "-2.00e7"), (2.5e-308, "2.50e-308"),
    (1.7976931348623157e308, "1.80e308"),
  ])
  func plain(number: Double, text: String) { #expect(Numerals.plain(number) == text) }

  @Test func moreDigits() {
    #expect(Numerals.plain(4.1419469999e-21, digits: 7) == "4.141947e-21")
    #expect(Numerals.plain(1203.44, digits: 4) == "1203")
    #expect(Numerals.plain(12.3456, digits: 5) == "12.346")
  }

  @Test(arguments: [
    (0, "0 J"), (8.12e-10, "812 pJ"), (9.526e-21, "9.53 zJ"), (3.75e-16, "375 aJ"), (1, "1.00 J"),
    (999.6, "1.00 kJ"), (9.996e-13, "1.00 pJ"), (1e-24, "1.00 yJ"), (1.5e-27, "1.50e-27 J"),
    (-4.25e-8, "-42.5 nJ"), (0.02, "20.0 mJ"), (1e-6, "1.00 µJ"), (2e15, "2.00e15 J"),
  ])
  func engineering(number: Double, text: String) {
    #expect(Numerals.engineering(number, "J") == text)
  }

  @Test func whatDoesNotExistIsADash() {
    for number in [nil, Double.nan, .infinity, -.infinity] {
      #expect(Numerals.plain(number) == "-")
      #expect(Numerals.engineering(number, "J") == "-")
      #expect(Numerals.percent(number) == "-")
      #expect(Numerals.percent(number, error: 1) == "-")
    }
    #expect(Numerals.tidy(.nan) == "-")
  }

  @Test func percentages() {
    #expect(Numerals.percent(0.9756, error: 0.0073) == "97.6 ± 0.7")
    #expect(Numerals.percent(1, error: 0.00157) == "100.0 ± 0.2")
    #expect(Numerals.percent(0.97561, error: 0.0002) == "97.56 ± 0.02")
    #expect(Numerals.percent(-0.002, error: 0.003) == "-0.2 ± 0.3")
    #expect(Numerals.percent(-0.0001) == "0.0")
    #expect(Numerals.percent(0.5, error: nil) == "50.0")
  }

  @Test(arguments: [
    (0, "0"), (0.1, "0.1"), (300, "300"), (1000, "1000"), (450_000, "450000"), (1e6, "1e6"),
    (1e9, "1e9"), (1.5e9, "1.5e9"), (1e-9, "1e-9"), (0.001, "0.001"), (0.00025, "2.5e-4"),
    (289.7, "289.7"), (1e16, "1e16"), (-2.5, "-2.5"), (123456.75, "123456.75"),
    (1.2345e22, "1.2345e22"), (0.30000000000000004, "0.30000000000000004"), (2.5e-308, "2.5e-308"),
  ])
  func tidy(number: Double, text: String) {
    #expect(Numerals.tidy(number) == text)
    #expect(Double(text) == number)
  }

  @Test func counts() {
    #expect(
      [0, 12, 999, 2720, 1_234_567].map { Numerals.count($0) } == [
        "0", "12", "999", "2 720", "1 234 567",
      ])
    #expect(Numerals.count(1, "output") == "1 output")
    #expect(Numerals.count(2720, "MAC") == "2 720 MACs")
  }
}

@Suite struct PageTests {
  @Test func nothingSteersTheTerminal() {
    #expect(Page.visible("plain τ0") == "plain τ0")
    #expect(
      Page.visible("a\u{1b}[31m\n\r\t\u{7f}\u{9b}")
        == "a\\u{1b}[31m\\u{a}\\u{d}\\u{9}\\u{7f}\\u{9b}")
    #expect(Page.visible("\u{202e}exe.\u{2066}") == "\\u{202e}exe.\\u{2066}")
  }

  @Test func paragraphsBreakBetweenWords() {
    var page = Page()
    page.paragraph("label", indent: 8, String(repeating: "word ", count: 30))
    page.paragraph("a long label", indent: 4, "word")
    page.paragraph("")
    let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 5)
    #expect(lines[0].hasPrefix("label   word word") && lines[0].count <= Page.width)
    #expect(lines[1].hasPrefix("        word"))
    #expect(lines[2] == "a long label word")
    #expect(lines[3].isEmpty && lines[4].isEmpty)
  }

  @Test func aGridAligns() {
    var grid = Grid([.leading, .trailing])
    grid.row(["a", "1"])
    grid.rule()
    grid.row(["long", "22"], remark: "said of it")
    grid.row(["x"])
    var page = Page()
    grid.write(to: &page)
    #expect(page.text == "a      1\n--------\nlong  22  said of it\nx\n")
  }
}
