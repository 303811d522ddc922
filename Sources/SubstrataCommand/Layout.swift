internal import Foundation
internal import Reports

/// What of a table is shown, and how it is laid out.
///
/// A table fits the terminal that it is printed on, its width, locale and colours. In files and pipes it is the
/// same everywhere, whatever the environment says; there only `--width` lays it out otherwise.
struct Layout {
  static let columnsOption = Arguments.Option(
    "--columns", "NAME,NAME",
    "of a table or markdown, such as kind,energy,kT,latency,verdict")
  static let widthOption = Arguments.Option(
    "--width", "N", "lay a table out for so many columns (a terminal's own width)")

  let columns: [Report.Column]
  let style: TableStyle

  /// Reads the options.
  ///
  /// - Throws: a usage failure for options that the format does not have.
  init(_ arguments: Arguments, format: String, output: Output) throws(Failure) {
    columns = try Self.columns(arguments, format: format)
    let width = try arguments.integer("--width", in: TableStyle.narrowest...10_000)
    guard width == nil || format == "table" else {
      throw .usage("--width is for --format table; the format is '\(format)'; leave one out")
    }
    let isTerminal = output.isStandardOutput && isatty(STDOUT_FILENO) == 1
    guard isTerminal else {
      style = TableStyle(width: width)
      return
    }
    let terminal = TableStyle(
      terminal: Self.terminalWidth, environment: ProcessInfo.processInfo.environment)
    style = TableStyle(
      width: width ?? terminal.width, isASCII: terminal.isASCII, isColoured: terminal.isColoured)
  }

  private static func columns(
    _ arguments: Arguments, format: String
  ) throws(Failure) -> [Report.Column] {
    guard let list = arguments.value("--columns") else { return Report.Column.byDefault }
    guard format == "table" || format == "markdown" else {
      throw .usage(
        "--columns is for tables and markdown; the format is '\(format)', which holds all; "
          + "leave one out")
    }
    var columns: [Report.Column] = []
    for name in list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let column = Report.Column(rawValue: name) else {
        throw .unknown(
          "column", name, known: Report.Column.allCases.map(\.rawValue),
          remedy: "choose some of them"
        )
      }
      guard !columns.contains(column) else {
        throw .usage("--columns names '\(name)' twice; each is there once; leave one out")
      }
      columns.append(column)
    }
    return columns
  }

  /// How many columns the terminal says it has.
  private static var terminalWidth: Int? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
