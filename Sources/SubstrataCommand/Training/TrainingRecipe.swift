internal import Foundation
internal import Harness
internal import Training

/// How to train, from the words of a command line.
struct TrainingRecipe {
  static let options: [Arguments.Option] = [
    .init("--epochs", "N", "passes through the data (6)"),
    .init("--batch", "N", "samples a step (1)"),
    .init("--learning-rate", "RATE", "how far a step goes, at first (0.05)"),
    .init(
      "--schedule", Recipe.Schedule.allCases.map(\.rawValue).joined(separator: "|"),
      "how that changes; linear and cosine fall to 0 (linear)"),
    .init("--momentum", "SHARE", "of a step that the next keeps, from 0 to below 1 (0)"),
    .init(
      "--loss", Loss.allCases.map(\.rawValue).joined(separator: "|"),
      "what is made small (cross-entropy; squared-error with --rule stress)"),
    .init(
      "--rule", rules.joined(separator: "|"),
      "where gradients come from: stress takes the forces of the clamped network (backprop)"),
    .init(
      "--clamp", "SHARE",
      "stiffness of the springs at the outputs over their own, with --rule stress (0.01)"),
    .init(
      "--energy-per-parameter", "EPS",
      "what a step of the quasi-static learner dissipates, in k_BT per parameter (2)"),
    .init(
      "--over", "NAME=FIRST:LAST:COUNT[:log]", isRepeatable: true,
      "accuracies over energy-per-parameter, and over learning-rate beside"),
    .init("--repeats", "N", "trainings at each point of --over, with paired seeds (10)"),
  ]

  private static let rules = ["backprop", "stress"]
  private static let axes = ["energy-per-parameter", "learning-rate"]
  private static let axisForm = "NAME=FIRST:LAST:COUNT[:log]"

  let recipe: Recipe
  let energyPerParameter: Double
  /// What to go over; none if nobody asked.
  let axes: TrainingJob.Axes?

  /// Reads the options.
  init(_ arguments: Arguments) throws(Failure) {
    var recipe = Recipe()
    recipe.epochs = try arguments.integer("--epochs", in: 1...1_000_000) ?? recipe.epochs
    recipe.batch = try arguments.integer("--batch", in: 1...65_536) ?? recipe.batch
    recipe.learningRate =
      try Self.positive("--learning-rate", arguments) ?? recipe.learningRate
    recipe.schedule = Recipe.Schedule(
      rawValue: try arguments.choice(
        "--schedule", "schedule", from: Recipe.Schedule.allCases.map(\.rawValue)))!
    recipe.momentum =
      try arguments.number("--momentum", in: 0...(1.0).nextDown, "a number from 0 to below 1") ?? 0
    recipe.loss = Loss(
      rawValue: try arguments.choice("--loss", "loss", from: Loss.allCases.map(\.rawValue)))!
    let rule = try arguments.choice("--rule", "rule", from: Self.rules)
    let clamp = try Self.positive("--clamp", arguments)
    if rule == "stress" {
      guard !arguments.has("--loss") || recipe.loss == .squaredError else {
        throw .usage(
          "--rule stress with --loss \(recipe.loss.rawValue); springs at the outputs make the squared error; "
            + "write --loss squared-error or leave it out")
      }
      recipe.loss = .squaredError
      recipe.rule = .stress(clamp: clamp ?? 0.01)
    } else if clamp != nil {
      throw .usage("--clamp is for --rule stress; the rule is backprop; leave one out")
    }
    self.recipe = recipe
    energyPerParameter = try Self.positive("--energy-per-parameter", arguments) ?? 2
    axes = try Self.axes(arguments, recipe)
  }

  /// An option's value as a positive number.
  private static func positive(
    _ name: String, _ arguments: Arguments
  ) throws(Failure) -> Double? {
    try arguments.number(
      name, in: Double.leastNormalMagnitude...1e30, "a positive finite number")
  }

  // MARK: What to go over

  private static func axes(
    _ arguments: Arguments, _ recipe: Recipe
  ) throws(Failure) -> TrainingJob.Axes? {
    let repeats = try arguments.integer("--repeats", in: 1...10_000)
    let words = arguments.all("--over")
    guard !words.isEmpty else {
      if repeats != nil {
        throw .usage("--repeats is for --over; there is none; leave it out")
      }
      return nil
    }
    var values: [String: [Double]] = [:]
    for word in words {
      let (name, numbers) = try axis(word)
      guard values[name] == nil else {
        throw .usage("--over goes over '\(name)' twice; each once; leave one out")
      }
      values[name] = numbers
    }
    guard let energies = values["energy-per-parameter"] else {
      throw .usage(
        "--over goes over learning-rate alone; it shows accuracy over energy-per-parameter; "
          + "add --over energy-per-parameter=0.02:200:5:log")
    }
    let rates = values["learning-rate"] ?? [recipe.learningRate]
    let count = repeats ?? 10
    guard (energies.count + 1) * rates.count * count <= 100_000 else {
      throw .usage(
        "--over asks for more than 100000 trainings; that is the limit; choose fewer points or repetitions"
      )
    }
    return TrainingJob.Axes(energies: energies, learningRates: rates, repeats: count)
  }

  private static func axis(_ text: String) throws(Failure) -> (String, [Double]) {
    func malformed() -> Failure {
      .usage(
        "--over is '\(Failure.short(text))'; it takes \(axisForm); write for example "
          + "'energy-per-parameter=0.02:200:5:log'")
    }
    guard let equals = text.firstIndex(of: "=") else { throw malformed() }
    let name = String(text[..<equals])
    guard axes.contains(name) else {
      throw .unknown("axis", name, known: axes, remedy: "choose one of them")
    }
    let parts = text[text.index(after: equals)...]
      .split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 || parts.count == 4 && parts[3] == "log",
      let first = Double(parts[0]), let last = Double(parts[1]), let count = Int(parts[2])
    else { throw malformed() }
    guard first > 0, last > 0, first.isFinite, last.isFinite else {
      throw .usage(
        "--over '\(Failure.short(text))' has an end that is not positive; \(name) is a positive finite number; "
          + "choose such ends")
    }
    guard (1...1000).contains(count), count > 1 || first == last else {
      throw .usage(
        "--over '\(Failure.short(text))' has COUNT \(count); it takes 2 to 1000, or 1 for ends that are equal; "
          + "choose such a count")
    }
    let steps = max(count - 1, 1)
    return (
      name,
      (0..<count).map { index in
        let share = Double(index) / Double(steps)
        // The ends themselves, whatever rounding does between.
        if index == 0 { return first }
        if index == count - 1 { return last }
        return parts.count == 4
          ? TrainingRecipe.between(first, last, share) : first + share * (last - first)
      }
    )
  }

  /// The number at a share of the way in equal factors, without the digits that rounding adds.
  private static func between(_ first: Double, _ last: Double, _ share: Double) -> Double {
    let number = exp(log(first) + share * (log(last) - log(first)))
    return Double(String(format: "%.12g", number)) ?? number
  }
}
