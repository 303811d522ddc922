import Networks
import ReferenceFigures
import SubstrateCore
import Testing

@testable import QuasiStatic

/// The quasi-static machine against figures computed by others.
@Suite struct QuasiStaticReferenceTests {
  let figures: ReferenceFigures

  init() throws { figures = try ReferenceFigures.load() }

  /// The inference from the first sample to the second, and the one back.
  func inferences(
    _ network: Network, _ samples: Samples, _ values: [String: String]
  ) throws -> [Inference] {
    let setting = Setting(substrate: QuasiStatic(), network: network, samples: samples)
    let program = try setting.program(values)
    let stream = try setting.stream()
    let stiffness = Double(values["stiffness"]!)!
    let landscape = Landscape(
      program.engine, stiffness: program.engine.layers.map { _ in stiffness })
    return InferenceBlock(landscape, program, stream, [0, 1]).inferences
  }

  @Test(arguments: ["0.25", "1.0", "5.0", "25.0", "250.0"])
  func exactWorkOfALinearNetwork(duration: String) throws {
    let linear = figures.linear
    let inference = try inferences(
      linear.network(), linear.samples(),
      ["stiffness": "\(linear.stiffness)", "duration": duration])[1]
    #expect(relativeError(inference.work, linear.mean_work_kT[duration]!) < 1e-3)
  }

  @Test func abruptWorkIsExact() throws {
    let linear = figures.linear
    let abrupt = try inferences(
      linear.network(), linear.samples(), ["stiffness": "\(linear.stiffness)", "duration": "0"])[1]
    #expect(relativeError(abrupt.work, linear.quench_work_kT) < 1e-6)
    for figure in [figures.tanh, figures.relu] {
      let abrupt = try inferences(
        figure.network(), figure.samples(),
        ["stiffness": "\(figure.stiffness)", "duration": "0"])[1]
      #expect(relativeError(abrupt.work, figure.quench_work_kT) < 1e-6)
      #expect(relativeError(abrupt.abruptWork, figure.quench_work_kT) < 1e-6)
    }
  }

  @Test(arguments: ["1.0", "10.0", "100.0", "1000.0"])
  func relaxationWork(duration: String) throws {
    for figure in [figures.tanh, figures.relu] {
      let inference = try inferences(
        figure.network(), figure.samples(),
        ["stiffness": "\(figure.stiffness)", "duration": duration])[1]
      #expect(relativeError(inference.work, figure.relaxation_work_kT[duration]!) < 1e-3)
    }
  }

  @Test func lengthOfThePath() throws {
    let linear = figures.linear
    let straight = try inferences(
      linear.network(), linear.samples(), ["stiffness": "\(linear.stiffness)"])[1]
    #expect(relativeError(straight.squaredLength, linear.path_length_squared) < 1e-6)
    // The reference integrates numerically across the breaks of ReLU; here they are met exactly.
    for (figure, tolerance) in [(figures.tanh, 1e-6), (figures.relu, 1e-3)] {
      let inference = try inferences(
        figure.network(), figure.samples(), ["stiffness": "\(figure.stiffness)"])[1]
      #expect(relativeError(inference.squaredLength, figure.path_length_squared) < tolerance)
      #expect(
        relativeError(
          inference.length * inference.length / figure.stiffness,
          figure.path_length_squared_constant_speed) < tolerance)
    }
  }

  @Test func relaxationRates() throws {
    let linear = figures.linear
    let straight = try inferences(
      linear.network(), linear.samples(), ["stiffness": "\(linear.stiffness)"])[1]
    #expect(relativeError(straight.leastRate, linear.relaxation_eigenvalues.first!) < 1e-6)
    #expect(relativeError(straight.largestRate, linear.relaxation_eigenvalues.last!) < 1e-6)
    for figure in [figures.tanh, figures.relu] {
      // Rates are taken where an inference ends: the way back ends at the first sample.
      let back = try inferences(
        figure.network(), figure.samples(), ["stiffness": "\(figure.stiffness)"])[0]
      #expect(relativeError(back.leastRate, figure.relaxation_eigenvalues_at_from.first!) < 1e-6)
      #expect(relativeError(back.largestRate, figure.relaxation_eigenvalues_at_from.last!) < 1e-6)
    }
  }

  @Test func forwardPassIsTheStationaryPoint() throws {
    for figure in [figures.tanh, figures.relu] {
      let setting = Setting(
        substrate: QuasiStatic(), network: try figure.network(), samples: try figure.samples())
      let reference = try setting.stream().reference
      for (row, expected) in figure.output_from.enumerated() {
        #expect(abs(reference.values[row * 2] - expected) < 1e-6)
      }
      for (row, expected) in figure.output_to.enumerated() {
        #expect(abs(reference.values[row * 2 + 1] - expected) < 1e-6)
      }
    }
  }
}
