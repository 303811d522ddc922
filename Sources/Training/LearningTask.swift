package import Networks
public import Quantities

/// What a training amounts to, in the numbers that its costs are counted from.
public struct LearningTask: Hashable, Sendable {
  /// N: trained numbers.
  public let parameters: Int
  /// D as distinct examples.
  public let examples: Int
  /// D as presentations: each time an example was met.
  public let presentations: Int
  /// Steps of the weights.
  public let steps: Int
  /// Multiply–accumulates of one inference.
  public let multiplyAccumulates: Int
  /// The mean loss before the first step, where it is an information.
  public let firstLoss: Nats?
  /// The mean loss at the end, where it is an information.
  public let finalLoss: Nats?

  /// A training by its numbers.
  public init(
    parameters: Int, examples: Int, presentations: Int, steps: Int, multiplyAccumulates: Int,
    firstLoss: Nats?, finalLoss: Nats?
  ) {
    self.parameters = parameters
    self.examples = examples
    self.presentations = presentations
    self.steps = steps
    self.multiplyAccumulates = multiplyAccumulates
    self.firstLoss = firstLoss
    self.finalLoss = finalLoss
  }

  /// What a run came to, up to its last full epoch.
  package init(_ run: TrainingRun, of network: Network, _ recipe: Recipe, examples: Int) {
    let isInformation = recipe.loss == .crossEntropy
    self.init(
      parameters: run.parameters.count, examples: examples,
      presentations: examples * run.losses.count, steps: run.steps,
      multiplyAccumulates: network.multiplyAccumulates,
      firstLoss: isInformation ? Nats(run.firstLoss) : nil,
      finalLoss: isInformation ? run.finalLoss.map { Nats($0) } : nil)
  }

  /// Multiply–accumulates of the whole training: one pass forward, and one back for each of the gradients with
  /// respect to neurons and to weights.
  public var trainingMultiplyAccumulates: Double {
    3 * Double(multiplyAccumulates) * Double(presentations)
  }
}
