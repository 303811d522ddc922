internal import Kernels
internal import Networks
internal import StochasticThermodynamics

/// What the layers that read nothing but the inputs are driven to, in the course of a drive.
///
/// It is the same for all trajectories of an inference, so it is computed once for many steps at a
/// time, the moments of the steps side by side in place of samples.
final class InputTable {
  /// The layers that read the inputs alone.
  let layers: [Int]
  private let landscape: Landscape
  private let way: InputWay
  private let workspace: LayerWorkspace<Double>
  private let states: Block<Double>

  /// f in the middle of each step, `[capacity × neurons]`.
  private let centres: UnsafeMutablePointer<Float>
  /// How far f moves past the middle of each step, `[capacity × neurons]`.
  private let advances: UnsafeMutablePointer<Float>
  /// For each step and layer, what the work is beyond Σ advance · force.
  private var rests: [Double] = []
  private var present = (first: 0, count: 0, of: -1)

  /// Steps that are computed together.
  private static let capacity = 32
  private let neurons: Int

  init(_ landscape: Landscape, _ way: InputWay) {
    self.landscape = landscape
    self.way = way
    let engine = landscape.engine
    layers = engine.layers.indices.filter {
      landscape.stiffness[$0] > 0 && engine.layers[$0].sources == [.input]
    }
    neurons = engine.neuronCount
    workspace = LayerWorkspace(engine, lanes: 3 * Self.capacity)
    states = Block(rows: 1, lanes: 3 * Self.capacity)
    centres = .allocate(capacity: Self.capacity * neurons)
    advances = .allocate(capacity: Self.capacity * neurons)
  }

  deinit {
    centres.deallocate()
    advances.deallocate()
  }

  /// Where the centres, the advances and the rests of a step stand: by neuron, by neuron, and by
  /// place in `layers`.
  func row(
    _ step: Int, of steps: Int
  ) -> (centres: UnsafePointer<Float>, advances: UnsafePointer<Float>, rests: ArraySlice<Double>) {
    if steps != present.of || step < present.first || step >= present.first + present.count {
      fill(from: step, of: steps)
    }
    let place = step - present.first
    return (
      UnsafePointer(centres + place * neurons), UnsafePointer(advances + place * neurons),
      rests[place * layers.count..<(place + 1) * layers.count]
    )
  }

  /// f of the neurons of `layers` at a progress; 0 elsewhere.
  func values(at progress: Double) -> [Float] {
    place([Double](repeating: progress, count: workspace.lanes))
    var values = [Float](repeating: 0, count: neurons)
    for layer in layers {
      for row in landscape.engine.layers[layer].rows {
        values[row] = Float(workspace.predictions[row, 0])
      }
    }
    return values
  }

  private func place(_ moments: [Double]) {
    way.place(moments, in: workspace)
    for layer in layers { landscape.engine.predict(layer, from: states, in: workspace) }
  }

  private func fill(from first: Int, of steps: Int) {
    let count = min(Self.capacity, steps - first + 1)
    var moments = [Double](repeating: 1, count: workspace.lanes)
    for place in 0..<count {
      let step = ProtocolStep(first + place, of: steps)
      moments[3 * place] = step.before
      moments[3 * place + 1] = step.middle
      moments[3 * place + 2] = step.after
    }
    self.place(moments)
    rests = [Double](repeating: 0, count: count * layers.count)
    for (number, layer) in layers.enumerated() {
      let stiffness = landscape.stiffness[layer]
      for row in landscape.engine.layers[layer].rows {
        let values = workspace.predictions.row(row)
        for place in 0..<count {
          // In single precision from here on, as the positions are: then the parts of the way add
          // up exactly.
          let before = Float(values[3 * place])
          let middle = Float(values[3 * place + 1])
          let after = Float(values[3 * place + 2])
          centres[place * neurons + row] = middle
          advances[place * neurons + row] = after - before
          // U₊ - U₋ = K (f₋ - f₊)(x - (f₋ + f₊)/2), of which -K (x - f) is the force.
          rests[place * layers.count + number] +=
            stiffness * Double(before - after)
            * (Double(middle) - 0.5 * (Double(before) + Double(after)))
        }
      }
    }
    present = (first, count, steps)
  }
}

/// The straight way of the inputs from one sample to another, and how fast it is gone.
struct InputWay: Sendable {
  let inputs: [Double]
  let inputChange: [Double]
  let projections: [Double]
  let projectionChange: [Double]
  let profile: Profile

  /// The way that one lane of a drive takes.
  init(_ drive: Drive, lane: Int, profile: Profile) {
    func column(_ block: Block<Double>) -> [Double] {
      (0..<block.rows).map { block[$0, lane] }
    }
    inputs = column(drive.inputs)
    inputChange = column(drive.inputChange)
    projections = column(drive.projections)
    projectionChange = column(drive.projectionChange)
    self.profile = profile
  }

  /// Inputs that stand where one lane of a drive begins.
  init(standing drive: Drive, lane: Int) {
    let way = InputWay(drive, lane: lane, profile: .linear)
    inputs = way.inputs
    projections = way.projections
    inputChange = way.inputs.map { _ in 0 }
    projectionChange = way.projections.map { _ in 0 }
    profile = .linear
  }

  /// Puts each lane's inputs and projections where they are at its moment, from 0 to 1.
  func place<Scalar: KernelScalar>(_ moments: [Double], in workspace: LayerWorkspace<Scalar>) {
    let points = moments.map { profile.isLinear ? $0 : profile($0).position }
    func write(_ start: [Double], _ change: [Double], _ block: Block<Scalar>) {
      for (row, (value, slope)) in zip(start, change).enumerated() {
        let target = block.row(row)
        for (lane, point) in points.enumerated() { target[lane] = Scalar(value + point * slope) }
      }
    }
    write(inputs, inputChange, workspace.inputs)
    write(projections, projectionChange, workspace.projections)
  }
}
