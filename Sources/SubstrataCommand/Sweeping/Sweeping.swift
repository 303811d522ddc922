internal import Foundation
internal import Harness
internal import Reports

/// `substrata sweep`: one workload through the substrates at every point of a grid.
enum Sweeping {
  static let formats = ["csv", "json"]

  static let options: [Arguments.Option] =
    [
      .init(
        "--over", "ID.PARAMETER=FIRST:LAST:COUNT[:log]", isRepeatable: true,
        "an axis; repeated, a grid, the last fastest")
    ] + Setup.options + [
      .init("--shard", "I/N", "only part I of N; the parts in turn are the whole (1/1)"),
      .init("--format", "csv|json", "of the rows (csv)"),
      .init("--output", "FILE", "rows go to FILE.partial, which becomes FILE when all are there"),
      .init("--resume", "FILE", "go on after the rows that FILE holds (csv)"),
      .init("--strict", "fail with 1 on any gap in coverage, refusal, or verdict but settled"),
      .init("--quiet", "no progress, no crossings and no warnings on standard error"),
    ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let isJSON = try arguments.choice("--format", "format", from: formats) == "json"
    let setup = try Setup(arguments)
    let grid = try SweepAxes.grid(arguments, setup.selections)
    let shard = try SweepAxes.shard(arguments)
    if isJSON, let option = ["--resume", "--shard"].first(where: { arguments.has($0) }) {
      throw .usage(
        "\(option) and --format json are both given; only rows of csv can be put together; "
          + "leave one out")
    }
    Interruption.watch()
    let path = arguments.value("--output")
    let output = try Output(path: path)
    let workload = try Input.workload(arguments)

    let sweep = Sweep(
      grid, on: workload, at: setup.temperature, seed: setup.seed, version: Command.version)
    let refused = try SweepAxes.explaining { () throws(SweepError) in
      try sweep.check(threads: setup.threads)
    }
    if let refused {
      throw .inputOutput(
        "every substrate refuses at every point; \(refused.substrate): \(refused.detail)")
    }
    let run: SweepRun
    do throws(WorkloadError) {
      run = try SweepRun(sweep, threads: setup.threads)
    } catch {
      throw .inputOutput(error.description)
    }
    var progress = SweepProgress(run, shard, isQuiet: arguments.has("--quiet"))
    if isJSON {
      try document(run, output, path, &progress)
    } else {
      try table(run, shard, path, arguments.value("--resume"), &progress)
    }
    if arguments.has("--strict"), let fault = progress.strictFault {
      throw Failure(status: .strict, message: fault)
    }
  }

  // MARK: Rows as they are done

  private static func table(
    _ run: SweepRun, _ shard: Sweep.Shard, _ path: String?, _ resumed: String?,
    _ progress: inout SweepProgress
  ) throws(Failure) {
    var run = run
    let table = SweepTable(run.sweep, limits: run.limits)
    var begin = shard.index == 1 ? table.heading : ""
    var rows: [Sweep.Row] = []
    if let resumed {
      begin = String(decoding: try Input.text(resumed), as: UTF8.self)
      do throws(SweepTable.Mismatch) {
        rows = try table.rows(in: begin, of: shard)
      } catch {
        throw .inputOutput("'\(resumed)' is not continued; \(error.cause); \(error.remedy)")
      }
      run.recall(rows)
    }
    var file = try RowFile(path: path, resuming: resumed, holding: begin)
    if !file.isContinued { try file.append(begin) }
    progress.recall(rows, run)
    let points = shard.points(of: run.sweep.grid)
    let width = run.sweep.grid.selections.count
    var done = rows.count / width
    for point in points.dropFirst(done) {
      // A file may end within a point, whatever cut it.
      let known = point == points.lowerBound + rows.count / width ? rows.count % width : 0
      guard let more = progress.rows(of: point, known..<width, &run) else { break }
      try file.append(more.map(table.line).joined())
      done += 1
    }
    progress.clear()
    if done < points.count, let status = Interruption.status {
      let hasRows = done > 0 || !rows.isEmpty
      if !hasRows { file.discard() }
      throw Failure(
        status: status,
        message: "interrupted; \(done) of \(points.count) points are "
          + "\(file.isFile ? "kept" : "written"); \(file.remedy(hasRows: hasRows))")
    }
    try file.finish()
    progress.sumUp(run, isWhole: shard.count == 1)
  }

  // MARK: One document

  private static func document(
    _ run: SweepRun, _ output: Output, _ path: String?, _ progress: inout SweepProgress
  ) throws(Failure) {
    var run = run
    if let path { try RowFile.refuseUnfinished(path) }
    let grid = run.sweep.grid
    var rows: [Sweep.Row] = []
    for point in 0..<grid.count {
      guard let more = progress.rows(of: point, grid.selections.indices, &run) else { break }
      rows += more
    }
    progress.clear()
    let done = rows.count / grid.selections.count
    let isComplete = done == grid.count
    // A document that is not complete never takes the place of one that is.
    let target = isComplete ? output : try Output(path: path.map(RowFile.partial))
    if done > 0 {
      try target.write(Report.json(SweepDocument(run, rows: rows, complete: isComplete)))
    }
    guard isComplete else {
      throw Failure(
        status: Interruption.status ?? .interrupted,
        message: "interrupted; \(done) of \(grid.count) points are written"
          + "\(path.map { done > 0 ? " to '\(RowFile.partial(for: $0))'" : "" } ?? ""); start it "
          + "again, or use --format csv, which can be resumed")
    }
    progress.sumUp(run, isWhole: true)
  }
}
