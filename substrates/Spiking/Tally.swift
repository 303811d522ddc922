/// What happens in a layer, added up over inferences.
struct Tally: Sendable {
  /// Spikes that it gives.
  var spikes = 0
  /// Spikes that arrive at its membranes: a spike counts once for each synapse that it reaches.
  var events = 0
  /// Spikes that arrive at its gates.
  var comparisons = 0
  /// Membranes times steps in which a current flows.
  var activeUpdates = 0
  /// Membranes times steps in which none does.
  var idleUpdates = 0

  static func + (one: Tally, other: Tally) -> Tally {
    Tally(
      spikes: one.spikes + other.spikes, events: one.events + other.events,
      comparisons: one.comparisons + other.comparisons,
      activeUpdates: one.activeUpdates + other.activeUpdates,
      idleUpdates: one.idleUpdates + other.idleUpdates)
  }

  /// Things done one after another, on hardware that does one at a time and leaves idle neurons alone.
  var operations: Int { spikes + events + comparisons + activeUpdates }
}

/// What a run comes to.
struct Activity: Sendable {
  /// The network's outputs, `[samples × outputs]`.
  var outputs: [Double] = []
  /// By layer.
  var layers: [Tally]
  /// Spikes that the inputs give.
  var inputSpikes = 0
  /// For each sample the operations of all layers.
  var operations: [Int] = []

  init(layers: Int) { self.layers = Array(repeating: Tally(), count: layers) }

  /// What came next.
  mutating func append(_ other: Activity) {
    outputs += other.outputs
    layers = zip(layers, other.layers).map { $0 + $1 }
    inputSpikes += other.inputSpikes
    operations += other.operations
  }
}
