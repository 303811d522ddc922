internal import Harness
internal import Quantities
internal import SubstrateCore

// What stands below the charts.
extension HTMLReport {
  var reading: Markup {
    "<h2 id=\"reading\">How to read it</h2>\n\(Self.list(Report.legend(of: comparison, perLayer: false)))"
  }

  var settings: Markup {
    let tables = comparison.results.map { result -> Markup in
      let rows = result.settings.filter { $0.value != .none }.map { setting -> [Markup] in
        [
          "<code>\(setting.name)</code>", "\(Report.value(setting.value))", "\(setting.unit)",
          "\(setting.found == true ? "found" : setting.given ? "given" : "default")",
        ]
      }
      let table = Self.table(
        "What \(result.substrate) was set to", .settings, rows)
      return rows.isEmpty ? "" : "<h3>\(result.title)</h3>\n\(table)"
    }
    return "<h2 id=\"settings\">Settings in force</h2>\n\(tables)"
  }

  var differences: Markup {
    guard !comparison.paired.isEmpty else { return "" }
    return "<h2>Differences in accuracy</h2>\n\(PairTable(comparison)?.markup ?? listOfDifferences)"
  }

  private var listOfDifferences: Markup {
    let rows = comparison.paired.map { pair -> [Markup] in
      [
        "\(pair.a) less \(pair.b)",
        Self.number(pair.difference, Report.signed(pair.difference, pair.standardError)),
      ]
    }
    return Self.table("On the same samples, in points", .differences, rows)
  }

  var crossings: Markup {
    guard let curves = comparison.curves, !curves.crossings.isEmpty else { return "" }
    let rows = curves.crossings.map { crossing -> [Markup] in
      [
        "\(crossing.substrate)", "\(TimeChart.name(of: crossing))",
        Self.number(crossing.thermalEnergy, Numerals.plain(crossing.thermalEnergy)),
        "\(TimeChart.place(of: crossing, curves.duration.first?.unit ?? ""))",
      ]
    }
    let table = Self.table(
      "Interpolated between two durations that were computed, as a power law: only the bracket is certain",
      .crossings, rows)
    return "<h2>From which duration on one lies below another</h2>\n\(table)"
  }

  var coverage: Markup {
    guard !comparison.results.isEmpty else { return "" }
    let isComplete = comparison.coverage.complete
    let isLong = comparison.coverage.substrates.contains {
      $0.operations.count > LongLists.mostOperations
    }
    let rows = comparison.coverage.substrates.flatMap { share in
      fates(of: share, summed: isLong).map { fate -> [Markup] in
        [
          "\(share.substrate)", "\(fate.title)",
          "\(Numerals.count(fate.macs))",
          fate.operation.status == .unmodelled
            ? "<b class=\"bad\">NOT MODELLED</b>" : "\(fate.operation.status.rawValue)",
          "\(fate.operation.reason ?? "")",
        ]
      }
        + (share.unknownParts ?? []).map { part -> [Markup] in
          ["\(share.substrate)", "\(part.part)", "", "<b>unknown</b>", "\(part.reason)"]
        }
    }
    let table = Self.table(
      isLong
        ? "What became of the operations, summed by sort; --format json holds each"
        : "What became of each operation", .coverage, rows)
    let words: Markup =
      isComplete
      ? "<p>No operation is left out.</p>"
      : "<p class=\"bad\">Operations are left out: energies are too low.</p>"
    return """
      <h2 id="coverage">Coverage</h2>
      \(words)
      <details><summary>\(isLong ? "Sort by sort" : "Operation by operation")</summary>
      \(table)</details>

      """
  }

  /// What became of the operations, one by one or those of one sort and fate together.
  private func fates(
    of share: Comparison.Coverage.Share, summed: Bool
  ) -> [(title: String, macs: Int, operation: Comparison.Coverage.Operation)] {
    guard summed else { return share.operations.map { ($0.operation, $0.macs, $0) } }
    let kinds = Dictionary(
      comparison.network.operations.map { ($0.name, $0.kind) }
    ) { first, _ in first }
    func key(_ operation: Comparison.Coverage.Operation) -> [String] {
      [kinds[operation.operation] ?? "other", operation.status.rawValue, operation.reason ?? ""]
    }
    let groups = Dictionary(grouping: share.operations, by: key)
    return share.operations.map(key).uniqued().map { key in
      let group = groups[key]!
      let macs = group.reduce(0) { $0 + $1.macs }
      return ("\(key[0]) (\(Numerals.count(group.count)))", macs, group[0])
    }
  }

  var warnings: Markup {
    let items = comparison.warnings.map { "<li>\($0)</li>\n" as Markup }
    let content: Markup = items.isEmpty ? "<p>None.</p>\n" : "<ul class=\"warn\">\n\(items)</ul>\n"
    let verdicts = comparison.results.map { result -> Markup in
      let words =
        Report.meaning(of: result.verdict) ?? "as the model presumes: what was read was settled"
      return "<dt>\(result.title)</dt><dd>\(result.verdict.rawValue): \(words)</dd>\n"
    }
    return """
      <h2 id="verdicts">Verdicts</h2>
      <dl>
      \(verdicts)</dl>
      <h2 id="warnings">Warnings</h2>
      \(content)
      """
  }

  var sources: Markup {
    let items = comparison.sources.map { source -> Markup in
      """
      <li>\(source.citation) <span class="dim">(\(source.key); \(source.evidence.rawValue))</span></li>

      """
    }
    return """
      <h2 id="sources">Sources of every constant and formula used</h2>
      <ol class="src">
      \(items)</ol>

      """
  }

  var remake: Markup {
    let command: Markup =
      comparison.command.map {
        "<p>This command makes the figures again, to the byte on the same kind of processor:</p>\n"
          + "<pre>\($0)</pre>\n"
      }
      ?? "<p>The command is not kept in this comparison; the settings above are.</p>\n"
    let json = Report.compactJSON(comparison)
    guard json.utf8.count <= LongLists.largestAttachment else {
      return """
        <h2 id="remake">Make it again</h2>
        \(command)<p>All figures as JSON are \(Numerals.count(json.utf8.count >> 20)) MiB and not in this page; \
        <code>--format json --curves</code> writes them.</p>

        """
    }
    return """
      <h2 id="remake">Make it again</h2>
      \(command)<p class="screen"><a download="comparison.json" \
      href='\(Markup.address(ofJSON: json))'>All figures as JSON</a>, schema \
      <code>\(Comparison.Schema.name)</code>, as <code>--format json --curves</code> writes them but for line \
      breaks.</p>

      """
  }
}
