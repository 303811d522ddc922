import Foundation
import Testing

/// The tool on a terminal.
enum Terminal {
  /// The name of the end that a process gets, unlocked.
  private static func other(end terminal: Int32) throws -> String {
    #if os(Linux)
      // What grantpt, unlockpt and ptsname do, which the C library's module leaves out.
      var (lock, number) = (Int32(0), Int32(-1))
      let isOpen =
        ioctl(terminal, UInt(0x4004_5431), &lock) == 0
        && ioctl(terminal, UInt(0x8004_5430), &number) == 0
      try #require(isOpen)
      return "/dev/pts/\(number)"
    #else
      let isOpen = grantpt(terminal) == 0 && unlockpt(terminal) == 0
      try #require(isOpen)
      return String(cString: try #require(ptsname(terminal)))
    #endif
  }

  /// Runs the tool with a terminal of so many columns as its standard output, or as both its outputs, and gives
  /// what appears there.
  static func run(
    _ arguments: [String], columns: UInt16, environment: [String: String], withErrors: Bool = false,
    in folder: URL
  ) throws -> String {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(terminal >= 0)
    defer { close(terminal) }
    let name = try other(end: terminal)
    let end = open(name, O_RDWR | O_NOCTTY)
    try #require(end >= 0)
    var size = winsize(ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    let isSized = ioctl(end, UInt(TIOCSWINSZ), &size) == 0
    try #require(isSized)
    let process = Process()
    process.executableURL = Tool.path
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(fileDescriptor: end, closeOnDealloc: false)
    process.standardError =
      withErrors ? FileHandle(fileDescriptor: end, closeOnDealloc: false) : .nullDevice
    try process.run()
    close(end)
    var output = Data()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      // A terminal whose other end is closed gives an error on Linux, and nothing on macOS.
      let count = read(terminal, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      output += buffer.prefix(count)
    }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self).replacing("\r\n", with: "\n")
  }
}

@Suite struct TerminalTests {
  private let scratch: Scratch
  private let plain: String

  init() throws {
    scratch = try Scratch()
    let made = try Tool.run(
      ["compare", "--samples", "3", "--format", "json", "--output", "r.json"], in: scratch.folder)
    #expect(made.status == 0)
    plain = try Tool.run(["report", "r.json"], in: scratch.folder).output
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test func aFileOrPipeHoldsTheSameEverywhere() throws {
    #expect(plain.contains("±") && lines(plain).contains { $0.count > 100 })
    for environment in [
      "COLUMNS=40", "LC_ALL=C", "LANG=C LC_CTYPE=POSIX", "TERM=xterm LC_ALL=C.UTF-8", "NO_COLOR=1",
      "COLUMNS=300 TERM=xterm-256color",
    ] {
      let outcome = try Tool.shell(
        "env -i \(environment) \"$0\" report r.json", in: scratch.folder)
      #expect(outcome.output == plain, "\(environment)")
    }
    // Only the option says otherwise.
    let narrow = try Tool.run(["report", "r.json", "--width", "50"], in: scratch.folder).output
    #expect(lines(narrow).allSatisfy { $0.count <= 50 } && narrow.contains("±"))
  }

  @Test func aTerminalShowsWhatItCan() throws {
    func show(_ columns: UInt16, _ environment: [String: String], _ more: String...) throws
      -> String
    {
      try Terminal.run(
        ["report", "r.json"] + more, columns: columns, environment: environment, in: scratch.folder)
    }
    let unicode = ["LC_ALL": "C.UTF-8", "TERM": "xterm"]
    for columns in [20, 80, 100, 120] as [UInt16] {
      let text = try show(columns, unicode)
      let bare = text.replacing(/\u{1b}\[[0-9;]*m/, with: "")
      #expect(text != bare && bare.contains("±"))
      #expect(lines(bare).allSatisfy { $0.count <= Int(columns) }, "\(columns)")
    }
    let quiet = try show(80, unicode.merging(["NO_COLOR": "1"]) { $1 })
    #expect(!quiet.contains("\u{1b}") && quiet.contains("±"))
    let ascii = try show(80, ["LC_ALL": "C"])
    #expect(ascii.unicodeScalars.allSatisfy(\.isASCII) && ascii.contains("+-"))
    #expect(!ascii.contains("\u{1b}"))
    let given = try show(80, ["LC_ALL": "C.UTF-8", "COLUMNS": "60"])
    #expect(lines(given).allSatisfy { $0.count <= 60 })
    let asked = try show(80, ["LC_ALL": "C.UTF-8", "COLUMNS": "60"], "--width", "90")
    #expect(lines(asked).allSatisfy { $0.count <= 90 } && lines(asked).contains { $0.count > 60 })
    // A report that goes to a file is the same from wherever it is made; so is a document.
    #expect(try show(30, unicode, "--output", "t.txt").isEmpty)
    let filed = try Data(contentsOf: scratch.folder.appending(path: "t.txt"))
    #expect(String(decoding: filed, as: UTF8.self) == plain)
    let document = try Data(contentsOf: scratch.folder.appending(path: "r.json"))
    #expect(try show(30, unicode, "--format", "json") == String(decoding: document, as: UTF8.self))
  }

  /// What wraps is not overwritten by the next line.
  @Test func progressStaysOnItsLine() throws {
    let text = try Terminal.run(
      [
        "compare", "--samples", "20", "--substrates", "quasi-static", "--set",
        "quasi-static.method=langevin", "--output", "t.txt",
      ], columns: 20, environment: ["LC_ALL": "C.UTF-8", "TERM": "xterm"], withErrors: true,
      in: scratch.folder)
    let shown = text.split(separator: "substrata: warning")[0].split(separator: "\r\u{1b}[K")
    #expect(shown.contains { $0.hasPrefix("Quasi-static") })
    #expect(shown.allSatisfy { $0.count < 20 && !$0.contains("\n") }, "\(shown)")
  }

  @Test func columnsAreThoseAskedFor() throws {
    let few = try Tool.run(["report", "r.json", "--columns", "kT,verdict"], in: scratch.folder)
    #expect(few.output.contains("in k_BT  verdict\n") && !few.output.contains("in points  "))
    for (arguments, words) in [
      (["--columns", "kT,kT"], "twice"), (["--columns", "energi"], "did you mean 'energy'"),
      (["--columns", ""], "unknown column"), (["--columns", "kT", "--format", "csv"], "holds all"),
      (["--width", "19"], "from 20"), (["--width", "x"], "from 20"),
      (["--width", "80", "--format", "json"], "is for --format table"),
    ] {
      try Tool.expectFailure(
        ["report", "r.json"] + arguments, status: 2, saying: words, in: scratch.folder)
      try Tool.expectFailure(["compare"] + arguments, status: 2, saying: words)
    }
  }
}
