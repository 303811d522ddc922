internal import Foundation
internal import Harness
internal import Networks
internal import ONNX
internal import Reports
internal import SubstrateCore
internal import Training

/// `substrata train`: trains a network, and says what that costs on each substrate.
enum Train {
  static let options: [Arguments.Option] =
    [
      .init(
        "--model", "SIZES|NAME|FILE",
        "layers as 64-32-10 or 64-32-10:tanh, or a model as compare takes it, trained anew (64-32-10)"
      ),
      .init("--model-input", "NAME,NAME", "of an ONNX model's inputs, these in this order"),
      .init("--model-output", "NAME", "of an ONNX model's outputs, this one"),
    ] + TrainingData.options + TrainingRecipe.options
    + Setup.options.filter {
      !Input.modelOptions.map(\.name).contains($0.name)
        && !Input.dataOptions.map(\.name).contains($0.name)
    } + [
      Layout.widthOption,
      .init("--format", Compare.formats.joined(separator: "|"), "of the report (table)"),
      .init("--output", "FILE", "write the report there, complete or not at all (standard output)"),
      .init(
        "--save", "FILE",
        "write the trained network there, .onnx or .json; with --energy-per-parameter the one from the bath"
      ),
      .init(
        "--strict", "fail with 1 if a training does not come to its end or a substrate refuses"),
      .init("--quiet", "no progress on standard error"),
    ]

  static func run(_ arguments: Arguments) throws(Failure) {
    let format = try arguments.choice("--format", "format", from: Compare.formats)
    let setup = try Setup(arguments)
    let (selections, idle) = learning(setup.selections, arguments)
    let recipe = try TrainingRecipe(arguments)
    if let path = arguments.value("--output"), path.lowercased().hasSuffix(".onnx") {
      throw .usage(
        "--output is '\(Failure.short(path))'; the report goes there, and the trained network to --save; "
          + "write --save \(Failure.short(path))")
    }
    let output = try Output(path: arguments.value("--output"))
    let layout = try Layout(arguments, format: format, output: output)
    let saving = try TrainedNetworkFile(arguments)
    let network = try network(arguments)
    try saving?.check(network)
    let data = try TrainingData(arguments, for: network)
    let job: TrainingJob
    do throws(WorkloadError) {
      job = try TrainingJob(
        network, on: data.training, testedOn: data.test, recipe.recipe,
        energyPerParameter: recipe.energyPerParameter, selections: selections,
        at: setup.temperature, axes: recipe.axes)
    } catch {
      throw .inputOutput("\(error.description); choose data and a model that fit")
    }

    Interruption.watch()
    let meter = ProgressLine(isOn: !arguments.has("--quiet"))
    let outcome: TrainingJob.Outcome
    do throws(SettingsRefusal) {
      outcome = try job.run(
        seed: setup.seed, threads: setup.threads, progress: { meter.show($0) },
        isCancelled: { Interruption.status != nil })
    } catch {
      meter.clear()
      throw .usage("\(error.substrate): \(error.detail)")
    }
    meter.clear()
    var comparison = outcome.comparison
    if !idle.isEmpty {
      comparison.warnings.append(
        "left out, since they do not say what learning costs on them: \(idle.joined(separator: ", "))"
      )
    }
    if format == "html" || recipe.axes != nil { comparison.command = arguments.commandLine }
    if comparison.results.isEmpty, let first = comparison.refused.first {
      throw .inputOutput("every substrate refuses; \(first.substrate): \(first.detail)")
    }
    let isThermal = arguments.has("--energy-per-parameter")
    try saving?.write(isThermal ? outcome.thermal ?? outcome.exact : outcome.exact)
    try output.write(report(comparison, format: format, layout))
    if outcome.isInterrupted {
      throw Failure(
        status: Interruption.status ?? .interrupted,
        message:
          "interrupted; \(comparison.exact.epochsDone) of \(recipe.recipe.epochs) epochs are kept"
          + (recipe.axes == nil ? "" : ", without accuracies over energies")
          + "; the report is written; start it again for the rest")
    }
    if arguments.has("--strict"), let fault = fault(in: comparison) {
      throw Failure(status: .strict, message: fault)
    }
  }

  /// The substrates that say what learning costs on them, and the names of the others, which are left out where
  /// nobody asked for them by name.
  private static func learning(
    _ selections: [Selection], _ arguments: Arguments
  ) -> (chosen: [Selection], idle: [String]) {
    let chosen = selections.filter { selection in
      selection.substrate is any LearningSubstrate
        || arguments.all("--set").contains { $0.hasPrefix("\(selection.substrate.card.id).") }
    }
    guard !arguments.has("--substrates"), !chosen.isEmpty else { return (selections, []) }
    let names = Set(chosen.map(\.substrate.card.id))
    return (chosen, selections.map(\.substrate.card.id).filter { !names.contains($0) })
  }

  /// The network whose shapes are trained.
  private static func network(_ arguments: Arguments) throws(Failure) -> Network {
    let name = arguments.value("--model") ?? "64-32-10"
    guard Architecture.isMeant(name) else { return try Input.network(arguments) }
    if let option = ["--model-input", "--model-output"].first(where: { arguments.has($0) }) {
      throw .usage(
        "\(option) is for models from ONNX; '\(Failure.short(name))' is none; leave it out")
    }
    do throws(ArchitectureError) {
      return try Architecture(name).network()
    } catch {
      throw .usage(
        "--model '\(Failure.short(name))' is no architecture; it \(error.description); write for example '64-32-10' or '64-32-10:tanh'"
      )
    }
  }

  private static func report(
    _ comparison: TrainingComparison, format: String, _ layout: Layout
  ) -> String {
    switch format {
    case "json": Report.json(comparison)
    case "csv": Report.csv(comparison)
    case "markdown": Report.markdown(comparison)
    case "html": Report.html(comparison)
    default: Report.table(comparison, style: layout.style)
    }
  }

  /// The first thing that `--strict` does not let pass.
  private static func fault(in comparison: TrainingComparison) -> String? {
    let remedy = "the report is written nevertheless; change the settings or leave --strict out"
    for (name, learner) in [
      ("training", comparison.exact), ("the thermal learner", comparison.thermal),
    ] {
      guard let learner, learner.verdict != "completed" else { continue }
      return "\(name) \(learner.verdict)"
        + (learner.endedAtStep.map { " at step \($0)" } ?? "") + "; \(remedy)"
    }
    return comparison.refused.first.map { "\($0.substrate) refuses; \($0.detail); \(remedy)" }
  }
}
