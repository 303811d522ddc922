package import SubstrateCore

extension Report {
  /// A sort of operations that networks may have.
  package struct OperationRow: Sendable {
    let name: String
    let sort: String
    let meaning: String
    let onnx: [String]
    let functions: [Named]
    let meanings: [(substrate: String, meaning: Meaning)]

    /// A sort of operations.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - sort: what sort it is, `linear` for one.
    ///   - meaning: what it computes.
    ///   - onnx: the ONNX operators that become it.
    ///   - functions: what it can compute, where there is a list of that.
    ///   - meanings: what it is on each substrate.
    package init(
      name: String, sort: String, meaning: String, onnx: [String], functions: [Named] = [],
      meanings: [(substrate: String, meaning: Meaning)] = []
    ) {
      self.name = name
      self.sort = sort
      self.meaning = meaning
      self.onnx = onnx
      self.functions = functions
      self.meanings = meanings
    }
  }

  /// The substrates' names as heads of columns, or letters where names are too wide and letters are not.
  private static func heads(
    _ substrates: [String], _ rows: [OperationRow], width: Int
  ) -> [String] {
    let gap = 2
    let words = rows.flatMap { $0.meanings.map(\.meaning.status.word.count) }.max() ?? 0
    let letters = zip("abcdefghijklmnopqrstuvwxyz", substrates).map { "(\($0.0))" }
    func fits(_ heads: [String]) -> Bool {
      let names = rows.map(\.name.count).max() ?? 0
      return heads.reduce(names) { $0 + gap + max(words, $1.count) } <= width
    }
    return !fits(substrates) && letters.count == substrates.count && fits(letters)
      ? letters : substrates
  }

  /// Operations for a terminal: what becomes of each on each substrate at a glance, then why.
  ///
  /// - Parameters:
  ///   - rows: one a sort, in their order.
  ///   - note: what is to be said of all of them.
  ///   - style: how it is laid out; where it leaves the width open, 100 columns.
  package static func table(
    _ rows: [OperationRow], note: String, style: TableStyle = .plain
  ) -> String {
    var page = Page(
      TableStyle(
        width: style.width ?? 100, isASCII: style.isASCII, isColoured: style.isColoured))
    let substrates = (rows.first?.meanings ?? []).map(\.substrate)
    var grid = Grid([.leading] + substrates.map { _ in .leading })
    let heads = heads(substrates, rows, width: style.width ?? 100)
    grid.row(["operation"] + heads)
    grid.rule()
    for row in rows where !row.meanings.isEmpty {
      let words = row.meanings.map { $0.meaning.status.word }
      grid.row(
        [row.name] + words,
        marked: row.meanings.firstIndex { $0.meaning.status.isMissing }.map { $0 + 1 })
    }
    grid.write(to: &page)
    if heads != substrates {
      page.paragraph(
        zip(heads, substrates).map { "\($0)\u{a0}\($1)" }.joined(separator: ", "))
    }
    for row in rows {
      page.line()
      page.heading(row.name == "-" ? "no operation" : row.name)
      page.paragraph(indent: 2, row.meaning)
      if !row.functions.isEmpty {
        page.paragraph(
          indent: 2,
          row.functions.map { "\($0.name): \($0.meaning.dropFirst("y = ".count))" }
            .joined(separator: "; "))
      }
      if !row.onnx.isEmpty {
        page.paragraph("  ONNX", indent: 18, row.onnx.joined(separator: ", "))
      }
      for (substrate, meaning) in row.meanings {
        page.paragraph(
          "  \(substrate)", indent: 18, "\(meaning.status.word): \(meaning.reason)",
          meaning.status.isMissing ? .warning : nil)
      }
    }
    page.line()
    page.paragraph(note)
    return page.text
  }

  /// Operations as a JSON document: the schema, and under `names` one entry a sort, or for functions one
  /// a function.
  package static func json(_ rows: [OperationRow], schema: String) -> String {
    let names = rows.flatMap { row -> [Named] in
      let entries =
        row.functions.isEmpty
        ? [Named(name: row.name, kind: row.sort, meaning: row.meaning, onnx: row.onnx)]
        : row.functions
      return entries.map { entry in
        var entry = entry
        if !row.meanings.isEmpty {
          entry.substrates = row.meanings.map { substrate, meaning in
            .init(substrate: substrate, status: meaning.status.key, meaning: meaning.reason)
          }
        }
        return entry
      }
    }
    return json(names, schema: schema)
  }
}

extension Meaning {
  fileprivate enum Status {
    case modelled, free, unmodelled, refused

    /// In tables.
    var word: String {
      switch self {
      case .modelled: "modelled"
      case .free: "free"
      case .unmodelled: "gap"
      case .refused: "refused"
      }
    }

    /// In documents, as coverage has it.
    var key: String { self == .unmodelled ? "unmodelled" : word }

    var isMissing: Bool { self == .unmodelled || self == .refused }
  }

  fileprivate var status: Status {
    switch self {
    case .modelled: .modelled
    case .free: .free
    case .unmodelled: .unmodelled
    case .refused: .refused
    }
  }

  fileprivate var reason: String {
    switch self {
    case .modelled(let reason), .free(let reason), .unmodelled(let reason), .refused(let reason):
      reason
    }
  }
}
