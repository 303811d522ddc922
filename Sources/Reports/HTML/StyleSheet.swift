/// The looks of reports: light, dark and paper, laptop and phone.
///
/// Colours are near those of M. Okabe and K. Ito (Color Universal Design, 2008), darker on white and lighter
/// on black so that text in them can be read; shapes and dashes say the same again.
enum StyleSheet {
  /// Of a page.
  static let markup = Markup.style(
    """
    :root{color-scheme:light dark;\(variables(\.light))}
    @media screen and (prefers-color-scheme:dark){:root{\(variables(\.dark))}}
    \(base)\(TableForm.alignment)\(charts)\(pointing)@media screen and (max-width:700px){
    \(narrow)\(TableForm.labels)
    }
    \(paper)
    """)
  /// What the Content-Security-Policy allows, and nothing else.
  static let digest = Digest(of: markup.text)

  /// Of a chart by itself. Programs that turn drawings into others know no variables: colours stand in it.
  static let picture = Markup.style(
    "\n" + coloured("\(charts)\(ground)", \.light)
      + "@media screen and (prefers-color-scheme:dark){\n"
      + coloured("\(charts)\(ground)", \.dark) + "}\n")

  private struct Colour {
    let name, light, dark: String
  }

  private static let colours = [
    Colour(name: "bg", light: "#fff", dark: "#14171a"),
    Colour(name: "fg", light: "#1a1a1a", dark: "#ececec"),
    Colour(name: "dim", light: "#595959", dark: "#b0b0b0"),
    Colour(name: "line", light: "#d9d9d9", dark: "#3a3f45"),
    Colour(name: "soft", light: "#f4f4f4", dark: "#1e2328"),
    Colour(name: "accent", light: "#00558a", dark: "#7cc4f2"),
    Colour(name: "c0", light: "#0072b2", dark: "#56b4e9"),
    Colour(name: "c1", light: "#c04f00", dark: "#f0932f"),
    Colour(name: "c2", light: "#007f5c", dark: "#2fcb9b"),
    Colour(name: "c3", light: "#a8427f", dark: "#e39ac4"),
    Colour(name: "c4", light: "#8f6200", dark: "#f0e442"),
    Colour(name: "c5", light: "#4f4f9e", dark: "#b4a7f5"),
    Colour(name: "c6", light: "#b3261e", dark: "#ff9a8f"),
    Colour(name: "c7", light: "#6d4c2f", dark: "#d3b08c"),
  ]

  /// Letters at the left end of the readout, so far down.
  private static func moved(_ down: Double) -> String {
    "transform:translate(\(Int(Drawing.readout.x))px,\(Int(down))px)"
  }

  private static func variables(_ scheme: KeyPath<Colour, String>) -> String {
    colours.map { "--\($0.name):\($0[keyPath: scheme])" }.joined(separator: ";")
  }

  private static func coloured(_ rules: String, _ scheme: KeyPath<Colour, String>) -> String {
    colours.reduce(rules) { $0.replacing("var(--\($1.name))", with: $1[keyPath: scheme]) }
  }

  private static let base: StaticString = """
    *{box-sizing:border-box}
    body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",
    "DejaVu Sans",sans-serif;overflow-wrap:anywhere}
    main{max-width:900px;margin:0 auto;padding:20px 16px 48px}
    h1{font-size:26px;line-height:1.25;margin:0 0 12px}
    h2{font-size:20px;margin:40px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}
    h3{font-size:16px;margin:24px 0 4px}
    p{margin:6px 0}
    a{color:var(--accent)}
    nav a{margin-right:14px;white-space:nowrap}
    code,pre{font:13px/1.45 ui-monospace,"DejaVu Sans Mono",monospace;background:var(--soft);
    unicode-bidi:isolate}
    code{padding:1px 4px}
    pre{padding:10px;white-space:pre-wrap;border:1px solid var(--line)}
    dl{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:3px 16px;margin:8px 0}
    dt{font-weight:600}
    dd{margin:0}
    .dim,tbody.row tr:first-child>.dim{color:var(--dim);font-weight:400}
    .bad{font-weight:700}
    td,th,li,dd,dt{unicode-bidi:isolate}
    table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
    caption{text-align:left;color:var(--dim);padding:4px 0}
    th,td{text-align:left;padding:4px 8px 4px 0;vertical-align:top;border-bottom:1px solid var(--line)}
    thead th{overflow-wrap:normal;vertical-align:bottom}
    .pairs td,.pairs thead th{text-align:right}
    .cards tr>td[colspan]{text-align:left;white-space:normal}
    tbody.row tr:first-child>*{border-top:2px solid var(--dim);font-weight:600}
    tbody.row th{font-weight:400;width:23%}
    tbody.row tr:not(:first-child) th{padding-left:24px}
    .warn li{margin:4px 0}
    ol.src li{margin:3px 0}
    details{margin:8px 0}
    summary{cursor:pointer;color:var(--accent)}
    figure{margin:16px 0}
    figcaption{color:var(--dim);font-size:14px}
    svg.wide,svg.narrow,svg.both{display:block;width:100%;height:auto}
    svg.both{max-width:420px}
    .beside{columns:300px 2;column-gap:24px}
    .beside section{break-inside:avoid;padding:6px 0}
    .beside h3{margin:0}
    .beside figure{margin:4px 0}
    svg.narrow{display:none}
    svg.key{width:auto;height:14px;vertical-align:-2px;margin-right:6px}
    .legend{list-style:none;padding:0;margin:6px 0;display:flex;flex-wrap:wrap;gap:2px 20px;font-size:13px}
    .legend li{display:flex;gap:0 5px;align-items:baseline}
    .legend svg.key{flex:none;position:relative;top:2px;margin-right:1px}

    """

  /// Lines, marks and letters.
  private static let charts: StaticString = """
    .cn{color:var(--fg)}.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}
    .c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
    text{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--fg)}
    .small{font-size:10.5px}
    .own{fill:currentColor;font-weight:600}
    .b{font-weight:600}
    .mid{text-anchor:middle}.end{text-anchor:end}
    .grid{stroke:var(--line);stroke-width:1}
    .axis{stroke:var(--fg);stroke-width:1}
    .break{stroke-dasharray:2 4}
    .s{stroke:currentColor;stroke-width:1.8}
    .full{fill:currentColor}
    .hollow{fill:var(--bg);fill-opacity:.6}
    .ring{fill:var(--bg);fill-opacity:0;stroke-width:1}
    .void{fill:none;stroke-dasharray:2 2}
    .e{stroke-width:1.2}
    .range{stroke-width:7;stroke-opacity:.3}
    .l{stroke:currentColor;stroke-width:1.6;fill:none}
    .k-floor{stroke-width:2.6}
    .k-convention{stroke-dasharray:7 4}
    .k-model{stroke-dasharray:9 3 2 3}
    .k-simulated{stroke-dasharray:1 3}
    .k-measured{stroke-dasharray:14 3}
    .post{stroke-width:4}.post.thin{stroke-width:1.8}
    .lead{stroke:currentColor;stroke-width:1;stroke-opacity:.4;fill:none}
    .curve{stroke:currentColor;stroke-width:1.2;stroke-opacity:.7;fill:none}
    .bar{fill:currentColor;stroke:currentColor;stroke-width:1.4}
    .bar.k-model,.bar.k-simulated{fill-opacity:.25;stroke-dasharray:none}
    .hit{fill:var(--bg);fill-opacity:0}
    .hit.line{fill:none;stroke:var(--bg);stroke-opacity:0;stroke-width:11;stroke-dasharray:none}

    """

  private static let ground: StaticString = """
    .head{font-size:17px}
    text.dim{fill:var(--dim)}
    .ground{fill:var(--bg)}

    """

  /// Marks under the pointer and with the focus.
  private static let pointing = """
    .m>text:not([class]){visibility:hidden;pointer-events:none;font-weight:600;\(moved(Drawing.readout.lines.0))}
    .m>text:not([class])+text:not([class]){font-weight:400;\(moved(Drawing.readout.lines.1))}
    .hint{\(moved(Drawing.readout.lines.0));font-size:11px;fill:var(--dim)}
    svg:has(.m:hover) .hint,svg:has(.m:focus) .hint{visibility:hidden}
    .m{outline:none}
    .m:hover>text:not([class]),.m:focus>text:not([class]){visibility:visible}
    svg:has(.m:hover) .m:focus:not(:hover)>text:not([class]){visibility:hidden}
    .m:hover .s,.m:hover .l,.m:focus .s,.m:focus .l,.m:hover .bar,.m:focus .bar{stroke-width:4}
    .m:focus-visible .s,.m:focus-visible .l,.m:focus-visible .bar{stroke:var(--accent);stroke-width:5}

    """

  /// On a phone, where the rows of tables are cards.
  private static let narrow: StaticString = """
    svg.wide{display:none}svg.narrow{display:block;max-width:480px}
    h1{font-size:22px}
    dl{display:block}dd{margin:0 0 6px 12px}
    table.cards,table.cards tbody,table.cards tr,table.cards th,table.cards caption,
    table.cards td[colspan]{display:block}
    table.cards td{display:inline-block;vertical-align:top}
    table.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    table.cards tr{border-bottom:1px solid var(--line);padding:6px 0}
    table.cards tr>:nth-child(n){border:0;padding:0 14px 0 0;text-align:left;white-space:normal}
    table.cards tr>th:first-child,table.cards tr>td:first-child{font-weight:600}
    table.cards tbody.row th{width:auto}
    table.cards tbody.row tr:not(:first-child) th{padding-left:0}
    table.cards tbody.row tr:not(:first-child){margin-left:14px}
    table.cards tbody.row tr:first-child>*{border-top:0}
    table.cards td[data-label]::before{content:attr(data-label)": "}
    .cards tr>td[colspan]::before{content:none!important}
    table.cards td::before{color:var(--dim);font-weight:400}
    table.cards td:empty{display:none}

    """

  private static let paper: StaticString = """
    @media print{
    :root{color-scheme:light}
    body{font-size:11px}
    main{max-width:none;padding:0}
    nav,.screen,.hint,details:not([open]){display:none}
    figure,tr,pre,.keep{break-inside:avoid}
    h2,h3{break-after:avoid}
    table,.legend,figcaption{font-size:10px}
    @page{margin:15mm}
    }

    """
}
