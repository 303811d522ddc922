/// The report's looks: light, dark and paper, laptop and phone.
///
/// Colours are near those of M. Okabe and K. Ito (Color Universal Design, 2008), darker on white and lighter
/// on black so that text in them can be read; shapes and dashes say the same again.
enum StyleSheet {
  static let markup = Markup.style(text)
  /// What the Content-Security-Policy allows, and nothing else.
  static let digest = Digest(of: markup.text)

  private static let text: StaticString = """
    :root{color-scheme:light dark;--bg:#fff;--fg:#1a1a1a;--dim:#595959;--line:#d9d9d9;--soft:#f4f4f4;
    --accent:#00558a;--c0:#0072b2;--c1:#c04f00;--c2:#007f5c;--c3:#a8427f;--c4:#8f6200;--c5:#4f4f9e}
    @media screen and (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#ececec;--dim:#b0b0b0;
    --line:#3a3f45;--soft:#1e2328;--accent:#7cc4f2;--c0:#56b4e9;--c1:#f0932f;--c2:#2fcb9b;--c3:#e39ac4;
    --c4:#f0e442;--c5:#b4a7f5}}
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
    td.n,th.n{text-align:right}
    td.n,td.w{white-space:nowrap}
    tbody.row tr:first-child>*{border-top:2px solid var(--dim);font-weight:600}
    tbody.row th{font-weight:400;width:23%}
    tbody.row tr:not(:first-child) th{padding-left:24px}
    .warn li{margin:4px 0}
    ol.src li{margin:3px 0}
    details{margin:8px 0}
    summary{cursor:pointer;color:var(--accent)}
    figure{margin:16px 0}
    figcaption{color:var(--dim);font-size:14px}
    svg.wide,svg.narrow{display:block;width:100%;height:auto}
    svg.narrow{display:none}
    svg.key{width:auto;height:14px;vertical-align:-2px;margin-right:6px}
    .legend{list-style:none;padding:0;margin:6px 0;display:flex;flex-wrap:wrap;gap:2px 20px;font-size:13px}
    .legend li{display:flex;gap:0 5px;align-items:baseline}
    .legend svg.key{flex:none;position:relative;top:2px;margin-right:1px}
    .cn{--c:var(--fg)}.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}
    .c4{--c:var(--c4)}.c5{--c:var(--c5)}
    .t{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--fg)}
    .t.small{font-size:10.5px}
    .t.own{fill:var(--c);font-weight:600}
    .b,.t.b{font-weight:600}
    .grid{stroke:var(--line);stroke-width:1}
    .axis{stroke:var(--fg);stroke-width:1}
    .break{stroke-dasharray:2 4}
    .s{stroke:var(--c);stroke-width:1.8}
    .full{fill:var(--c)}
    .hollow{fill:var(--bg);fill-opacity:.6}
    .ring{fill:none;stroke-width:1}
    .void{fill:none;stroke-dasharray:2 2}
    .e{stroke-width:1.2}
    .range{stroke-width:7;stroke-opacity:.3}
    .l{stroke:var(--c);stroke-width:1.6;fill:none}
    .k-floor{stroke-width:2.6}
    .k-convention{stroke-dasharray:7 4}
    .k-model{stroke-dasharray:9 3 2 3}
    .k-simulated{stroke-dasharray:1 3}
    .k-measured{stroke-dasharray:14 3}
    .post{stroke-width:4}.post.thin{stroke-width:1.8}
    .lead{stroke:var(--c);stroke-width:1;stroke-opacity:.4;fill:none}
    .curve{stroke:var(--c);stroke-width:1.2;stroke-opacity:.7;fill:none}
    .bar{fill:var(--c);stroke:var(--c);stroke-width:1.4}
    .bar.k-model,.bar.k-simulated{fill-opacity:.25;stroke-dasharray:none}
    .hit{fill:var(--bg);fill-opacity:0}
    .hit.line{fill:none;stroke:var(--bg);stroke-opacity:0;stroke-width:11;stroke-dasharray:none}
    .tip{visibility:hidden;font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;
    fill:var(--fg);pointer-events:none}
    .hint{font:11px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--dim)}
    svg:has(.m:hover) .hint,svg:has(.m:focus) .hint{visibility:hidden}
    .m{outline:none}
    .m:hover .tip,.m:focus .tip{visibility:visible}
    svg:has(.m:hover) .m:focus:not(:hover) .tip{visibility:hidden}
    .m:hover .s,.m:hover .l,.m:focus .s,.m:focus .l,.m:hover .bar,.m:focus .bar{stroke-width:4}
    .m:focus-visible .s,.m:focus-visible .l,.m:focus-visible .bar{stroke:var(--accent);stroke-width:5}
    @media screen and (max-width:700px){
    svg.wide{display:none}svg.narrow{display:block;max-width:480px}
    h1{font-size:22px}
    dl{display:block}dd{margin:0 0 6px 12px}
    table.cards,table.cards tbody,table.cards tr,table.cards th,table.cards caption,
    table.cards td[colspan]{display:block}
    table.cards td{display:inline-block;vertical-align:top}
    table.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    table.cards tr{border-bottom:1px solid var(--line);padding:6px 0}
    table.cards th,table.cards td,table.cards td.n,table.cards td.w{border:0;
    padding:0 14px 0 0;text-align:left;white-space:normal}
    table.cards tr>th:first-child,table.cards tr>td:first-child{font-weight:600}
    table.cards tbody.row th{width:auto}
    table.cards tbody.row tr:not(:first-child) th{padding-left:0}
    table.cards tbody.row tr:not(:first-child){margin-left:14px}
    table.cards tbody.row tr:first-child>*{border-top:0}
    table.cards td[data-label]::before{content:attr(data-label)": ";color:var(--dim);font-weight:400}
    table.cards td:empty{display:none}
    }
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
