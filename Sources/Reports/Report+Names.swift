extension Report {
  /// Something that can be named on a command line, with what it is.
  package struct Named: Encodable, Sendable {
    /// Its name.
    package let name: String
    /// Its sort.
    package let kind: String
    /// What it is, in one line.
    package let meaning: String
    /// The ONNX operators that become it; none where that has no meaning.
    package var onnx: [String]?
    /// What it is on each substrate; none where that has no meaning.
    package var substrates: [OnSubstrate]?

    /// What something is on a substrate.
    package struct OnSubstrate: Encodable, Sendable {
      /// The substrate's name on the command line.
      let substrate: String
      /// `modelled`, `free`, `unmodelled` or `refused`.
      let status: String
      /// As what, or why.
      let meaning: String
    }

    /// A name with what it stands for.
    package init(name: String, kind: String, meaning: String, onnx: [String]? = nil) {
      self.name = name
      self.kind = kind
      self.meaning = meaning
      self.onnx = onnx
    }
  }

  /// Names for a terminal.
  ///
  /// - Parameters:
  ///   - names: one row each, in their order.
  ///   - note: what is to be said of all of them; may be empty.
  ///   - style: how it is laid out.
  package static func table(
    _ names: [Named], note: String = "", style: TableStyle = .plain
  ) -> String {
    var page = Page(style)
    var grid = Grid([.leading, .leading])
    for name in names {
      let onnx = name.onnx.map { "; ONNX: \($0.joined(separator: ", "))" } ?? ""
      grid.row([name.name, name.kind], remark: name.meaning + onnx)
    }
    grid.write(to: &page)
    if !note.isEmpty {
      page.line()
      page.paragraph(note)
    }
    return page.text
  }

  /// Names as a JSON document: the schema, and the list under `names`.
  package static func json(_ names: [Named], schema: String) -> String {
    document(NamesDocument(schema: schema, names: names))
  }

  private struct NamesDocument: Encodable {
    var schema: String
    var names: [Named]
  }
}
