internal import DigitalPrices
internal import Networks
internal import Quantities
internal import SubstrateCore

/// What an inference does, counted by layer: reads, conversions, and what is done in digital.
struct Work: Hashable, Sendable {
  /// What a layer does.
  struct Layer: Hashable, Sendable {
    let name: String
    /// Of arrays: each array that is read counts.
    var arrayReads = 0
    var inputConversions = 0
    var outputConversions = 0
    /// Additions of tiles' sums, of biases, of sums and of pools.
    var additions = 0
    /// Multiplications that bring sums to the next converters' scale, and others.
    var multiplications = 0
    /// Comparisons with 0, and of the numbers of a window.
    var comparisons = 0
    /// Numbers that are read from memory and written to it.
    var moved = 0
  }

  let layers: [Layer]
  /// Arrays that hold the network.
  let arrays: Int
  /// Memristors in use, of all that those arrays have.
  let devices: Int
  let allDevices: Int
  /// Reads, one after another, on the longest way from input to output.
  let reads: Int
  /// Bits of a number between converters.
  let word: Int

  /// Counts a plan's work.
  init(_ plan: Plan, _ configuration: Configuration) {
    let network = plan.network
    let nodes = network.nodes
    let networkLayers = network.layers
    var layers = networkLayers.map { layer in
      var counted = Layer(name: layer.name)
      // What is read at other places is not written anew.
      if network.lastOperation(of: layer).kind != .rearrange {
        counted.moved = layer.sources.reduce(layer.count) { sum, source in
          switch source {
          case .input: sum + network.inputCount
          case .layer(let index): sum + networkLayers[index].count
          }
        }
      }
      return counted
    }
    var homes = [Int](repeating: 0, count: nodes.count)
    for (index, layer) in networkLayers.enumerated() {
      for node in layer.nodes { homes[node] = index }
    }

    let (array, perRow) = (configuration.array, configuration.weightsPerRow)
    var (arrays, devices, mostTerms) = (0, 0, 1)
    var depths = [Int](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated().dropFirst() {
      depths[index] = node.parents.reduce(0) { max($0, depths[$1]) }
      let home = homes[index]
      switch plan.steps[index] {
      case .name: continue
      case .crossbar(let place):
        let operation = plan.operations[place]
        let tiles = (operation.fanIn + array - 1) / array
        let columns = (operation.sums + perRow - 1) / perRow
        let reads = operation.groups * operation.reads
        let landings = operation.landings
        depths[index] += operation.reads
        mostTerms = max(mostTerms, tiles * landings.mostInOne)
        arrays += operation.groups * tiles * columns
        devices += 2 * operation.weight.count
        layers[home].arrayReads += reads * tiles * columns
        layers[home].inputConversions += reads * operation.fanIn * columns
        // What falls on padding is not converted.
        layers[home].outputConversions += landings.sums * tiles
        // The first sum in a place is written there; every further one is added.
        layers[home].additions += landings.sums * tiles - landings.places + operation.biases
        layers[home].multiplications += landings.places
      case .digital, .combination:
        layers[home].count(node)
      }
    }
    self.layers = layers
    self.arrays = arrays
    self.devices = devices
    allDevices = arrays * array * perRow * 2
    reads = depths[network.output]
    word = max(
      configuration.outputBits + Self.ceilingOfLog2(mostTerms) + 1, configuration.inputBits + 1)
  }

  private static func ceilingOfLog2(_ number: Int) -> Int {
    number <= 1 ? 0 : Int.bitWidth - (number - 1).leadingZeroBitCount
  }

  /// A sum of something over the layers.
  func sum(_ count: KeyPath<Layer, Int>) -> Int { layers.reduce(0) { $0 + $1[keyPath: count] } }
}

extension Work.Layer {
  /// Counts what is done in digital for a node.
  fileprivate mutating func count(_ node: Network.Node) {
    let count = node.shape.count
    switch node.operation {
    case .activation: comparisons += count
    case .prelu:
      comparisons += count
      multiplications += count
    case .scale(let scale):
      if scale.factors != nil { multiplications += count }
      if scale.offsets != nil { additions += count }
    case .add: additions += (node.parents.count - 1) * count
    case .multiply: multiplications += count
    case .pool(let pool):
      let held = pool.window.divisors(countingPadding: false).reduce(0, +)
      let pairs = count / pool.window.outputCount * (held - pool.window.outputCount)
      switch pool.kind {
      case .max: comparisons += pairs
      case .sum: additions += pairs
      case .mean:
        additions += pairs
        multiplications += count
      }
    case .softmax, .logSoftmax, .rearrange, .reshape, .input, .dense, .convolution, .matrixProduct,
      .normalize:
      break
    }
  }
}
