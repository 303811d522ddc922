import Networks
import Parameters
import Quantities
import SubstrateCore
import SubstrateLaws
import Template
import Testing

@Suite struct TemplateTests {
  @Test func keepsTheLawsOfEverySubstrate() {
    #expect(Conformance(of: Template()).violations == [])
  }

  /// Two outputs, x and 1 - x.
  private func run(_ values: [Float], bits: Int) throws -> Run {
    let network = try Network(
      named: "two", layers: [Dense(inputs: 1, weight: [1, -1], bias: [0, 1])], activation: nil)
    let samples = try Samples(name: "two", width: 1, values: values)
    var settings = Settings(defaultsOf: Template().card)
    try settings.set("bits", to: "\(bits)")
    let context = RunContext(seed: 1)
    return try Template().run(
      try Template().prepare(
        network, under: Conditions(temperature: Kelvin(300), settings: settings)),
      on: SampleStream(
        samples, reference: ReferenceActivations(of: network, on: samples, in: context)),
      in: context)
  }

  /// k_B T ln 2 at 300 K is 2.870979e-21 J.
  @Test(arguments: [1, 8, 24]) func everyBitOfTheAnswerIsErased(bits: Int) throws {
    let work = try run([0, 1], bits: bits).ledger.work(.predicted)
    #expect(abs(work.value / (2 * Double(bits) * 2.870979e-21) - 1) < 1e-6)
  }

  /// Two bits over 0 to 1 are the thirds.
  @Test func theAnswerIsRounded() throws {
    let outputs = try run([0, 0.3, 0.45, 1], bits: 2).outputs
    let expected: [Float] = [0, 1, 1 / 3, 2 / 3, 1 / 3, 2 / 3, 1, 0]
    #expect(zip(outputs, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
