internal import Foundation
internal import Networks

/// A chain of matrices with ReLU between them as a circuit of conductances, written down from the weights alone and
/// stepped through time: what the closed forms of a run are held against.
struct SteppedCircuit {
  /// The network's matrices, first to last.
  let matrices: [Dense]
  /// Volts of the supply and of each rail's full scale.
  let volts: Double
  /// Sum of conductances at each node, in siemens.
  let conductance: Double
  /// The largest activation of the inputs and of each layer.
  let scales: [Double]
  /// C of the nodes of each layer, in farads.
  let capacitances: [Double]
  /// How long each layer has, in C/G.
  let times: [Double]
  /// Forward drop of diodes, in volts.
  var drop = 0.0

  /// A rail or the supply that a node's conductance leads to, per volt of the source.
  private struct Contact {
    /// The number that the rail carries; none for supply and ground.
    let source: Int?
    /// Volts for one unit of the number, or the supply's volts.
    let volts: Double
    let conductance: Double
  }

  /// The conductances of one node of a layer; the last fills them up to the sum, to ground.
  private func contacts(layer: Int, node: Int) -> [Contact] {
    let matrix = matrices[layer]
    let perVolt = conductance / reach(of: layer)
    var contacts: [Contact] = []
    for source in 0..<matrix.inputs {
      let weight = Double(matrix.weight[node * matrix.inputs + source])
      guard weight != 0, scales[layer] > 0 else { continue }
      contacts.append(
        Contact(
          source: source, volts: (weight < 0 ? -1 : 1) * volts / scales[layer],
          conductance: abs(weight) * scales[layer] * perVolt))
    }
    let bias = Double(matrix.bias[node])
    contacts.append(
      Contact(source: nil, volts: bias < 0 ? -volts : volts, conductance: abs(bias) * perVolt))
    let sum = contacts.reduce(0) { $0 + $1.conductance }
    contacts.append(Contact(source: nil, volts: 0, conductance: conductance - sum))
    return contacts
  }

  /// The greatest Σ |w| A + |b| of a layer.
  func reach(of layer: Int) -> Double {
    let matrix = matrices[layer]
    return (0..<matrix.outputs).map { node in
      (0..<matrix.inputs).reduce(abs(Double(matrix.bias[node]))) {
        $0 + abs(Double(matrix.weight[node * matrix.inputs + $1])) * scales[layer]
      }
    }.max() ?? 0
  }

  /// The layer as a network that settles by its co-content, with sources at what its rails carry.
  func network(layer: Int, sources: [Double]) -> ResistorNetwork {
    let isRectified = layer < matrices.count - 1
    let nodes = 0..<matrices[layer].outputs
    return ResistorNetwork(
      bounds: nodes.map { _ in isRectified ? 0...Double.infinity : -.infinity...Double.infinity },
      branches: nodes.flatMap { node in
        contacts(layer: layer, node: node).map {
          ResistorNetwork.Branch(
            from: .node(node), to: .source($0.volts * ($0.source.map { sources[$0] } ?? 1)),
            conductance: $0.conductance)
        }
      })
  }

  /// Activations at the end, by co-content alone.
  func settledOutputs(_ inputs: [Double]) -> [Double] {
    matrices.indices.reduce(inputs) { values, layer in
      network(layer: layer, sources: values).settled().map { $0 * reach(of: layer) / volts }
    }
  }

  /// Joules drawn from rails and supplies, and turned into heat, per inference over the last of some rounds through
  /// the samples; before it, nodes come to what a cyclic stream leaves them at, to a part in 1e9.
  func energies(over samples: [[Double]], stepsPerTime: Int) -> (drawn: Double, heat: Double) {
    var voltages = matrices.map { [Double](repeating: 0, count: $0.outputs) }
    var (drawn, heat) = (0.0, 0.0)
    let forgetting = times.min()! * Double(samples.count)
    let last = Int((log(1e9) / forgetting).rounded(.up))
    for round in 0...last {
      for sample in samples {
        var values = sample
        for layer in matrices.indices {
          for node in voltages[layer].indices {
            let energy = step(layer, node, &voltages[layer][node], values, stepsPerTime)
            if round == last {
              drawn += energy.drawn / Double(samples.count)
              heat += energy.heat / Double(samples.count)
            }
          }
          values = voltages[layer].map { $0 * reach(of: layer) / volts }
        }
      }
    }
    return (drawn, heat)
  }

  /// One node through its turn: fourth order in the voltage, trapezoids in the powers.
  private func step(
    _ layer: Int, _ node: Int, _ voltage: inout Double, _ sources: [Double], _ stepsPerTime: Int
  ) -> (drawn: Double, heat: Double) {
    let contacts = contacts(layer: layer, node: node).map {
      (volts: $0.volts * ($0.source.map { sources[$0] } ?? 1), conductance: $0.conductance)
    }
    let isRectified = layer < matrices.count - 1
    func current(_ v: Double) -> Double {
      contacts.reduce(0) { $0 + $1.conductance * ($1.volts - v) }
    }
    /// Power from sources, and heat in conductances and diode.
    func powers(_ v: Double) -> (drawn: Double, heat: Double) {
      var (drawn, heat) = (0.0, 0.0)
      for contact in contacts {
        let flow = contact.conductance * (contact.volts - v)
        drawn += contact.volts * flow
        heat += flow * (contact.volts - v)
      }
      // What flows out of a node at 0 comes through its diode, from a supply as far above 0 as the diode drops.
      if isRectified, v <= 0 {
        let flow = max(-current(v), 0)
        drawn += drop * flow
        heat += drop * flow
      }
      return (drawn, heat)
    }
    let steps = Int((times[layer] * Double(stepsPerTime)).rounded(.up))
    let width = times[layer] * capacitances[layer] / conductance / Double(steps)
    let slope = { (v: Double) in current(v) / capacitances[layer] }
    var (drawn, heat) = (0.0, 0.0)
    var before = powers(voltage)
    for _ in 0..<steps {
      let k1 = slope(voltage)
      let k2 = slope(voltage + 0.5 * width * k1)
      let k3 = slope(voltage + 0.5 * width * k2)
      let k4 = slope(voltage + width * k3)
      voltage += width * (k1 + 2 * k2 + 2 * k3 + k4) / 6
      if isRectified { voltage = max(voltage, 0) }
      let after = powers(voltage)
      drawn += 0.5 * width * (before.drawn + after.drawn)
      heat += 0.5 * width * (before.heat + after.heat)
      before = after
    }
    return (drawn, heat)
  }
}
