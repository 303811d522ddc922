import Foundation
import Networks
import ONNX
import Testing

/// Files as PyTorch exports them, with what another runtime computes; `Fixtures/make.py` says how.
@Suite struct FixtureTests {
  private struct Expected: Decodable {
    let inputs: [[Double]]
    let outputs: [[Double]]
  }

  @Test(arguments: [
    (
      "classifier-11",
      ["input", "reshape", "dense", "relu", "dense", "leaky-relu", "dense", "softmax"]
    ),
    (
      "classifier-20",
      ["input", "reshape", "dense", "relu", "dense", "leaky-relu", "dense", "softmax"]
    ),
    ("residual-17", ["input", "dense", "tanh", "dense", "sigmoid", "add", "dense"]),
  ]) func exports(name: String, kinds: [String]) throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let file = folder.appending(path: "\(name).onnx").path(percentEncoded: false)
    let network = try ONNXFile.network(at: file)
    #expect(network.name == name)
    #expect(network.nodes.map(\.operation.name) == kinds)
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    #expect(expected.inputs.count == 3)
    for (input, output) in zip(expected.inputs, expected.outputs) {
      let found = ReferenceEngine(network).output(for: input)
      #expect(found.count == output.count)
      for (ours, theirs) in zip(found, output) {
        // Theirs is in single precision throughout.
        #expect((ours - theirs).magnitude <= 1e-5 * max(theirs.magnitude, 0.1))
      }
    }
  }

  /// Convolutions, residual blocks and encoders, in the forms that two exporters give them.
  @Test(arguments: [
    "lenet-nchw", "lenet-nhwc", "residual", "separable", "separable-20", "separable-nhwc",
    "sequence", "encoder", "encoder-14", "encoder-20",
  ]) func computesWhatAnotherRuntimeDoes(name: String) throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let file = folder.appending(path: "\(name).onnx").path(percentEncoded: false)
    let network = try ONNXFile.network(at: file)
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    #expect(expected.inputs.count >= 3)
    for (input, output) in zip(expected.inputs, expected.outputs) {
      #expect(agree(ReferenceEngine(network).output(for: input), output, to: 1e-5))
    }
  }

  @Test func everyOperatorOfTheTableHasAKindOfNetworks() {
    let functions: [Activation] = [
      .relu, .leakyReLU(slope: 0), .elu(alpha: 1), .selu(alpha: 1, gamma: 1), .tanh, .sigmoid,
      .hardSigmoid(alpha: 1, beta: 0), .hardSwish, .softplus, .gelu, .geluTanh,
      .clip(from: 0, to: 1), .erf, .exponential, .logarithm, .squareRoot, .reciprocal, .absolute,
      .power(2),
    ]
    let kinds = Set(functions.map(\.name)).union([
      "dense", "convolution", "transposed-convolution", "scale", "prelu", "add", "multiply",
      "matrix-product", "softmax", "log-softmax", "normalize", "max-pool", "mean-pool", "sum-pool",
      "rearrange", "reshape",
    ])
    let operators = ONNXFile.operators
    #expect(Set(operators.map(\.name)).count == operators.count)
    #expect(Set(operators.flatMap(\.kinds)) == kinds)
  }
}
