import Foundation
import Networks
import ONNX
import Testing

/// Convolutions, pools and reductions, against sums written down plainly.
@Suite struct WindowTests {
  private func model(
    _ shape: [Int], opset: Int = 17, tensors: [Model.Tensor] = [], _ nodes: [Model.Node]
  ) -> Model {
    var model = Model()
    model.opset = opset
    model.inputs = [.init("x", ["N"] + shape.map { .fixed($0) })]
    model.tensors = tensors
    model.nodes = nodes
    return model
  }

  /// Two channels in two groups over five positions: each output is the dot product of a kernel and the
  /// positions from a start on, with zeros outside.
  @Test(
    arguments: [
      (3, 2, ["pads": .integers([1, 0])], [-1, 1]),
      (3, 1, ["auto_pad": .string("VALID")], [0, 1, 2]),
      (3, 2, ["auto_pad": .string("SAME_UPPER")], [-1, 1, 3]),
      (4, 2, ["auto_pad": .string("SAME_UPPER")], [-1, 1, 3]),
      (4, 2, ["auto_pad": .string("SAME_LOWER")], [-2, 0, 2]),
      (2, 1, ["pads": .integers([0, 2])], [0, 1, 2, 3, 4, 5]),
    ] as [(Int, Int, KeyValuePairs<String, Model.Attribute>, [Int])])
  func convolution(
    kernel: Int, stride: Int, padding: KeyValuePairs<String, Model.Attribute>, starts: [Int]
  ) throws {
    let weights = randomFloats(2 * kernel, seed: 50)
    let x = randomFloats(10, seed: 51).map { Double($0) }
    let conv = model(
      [2, 5], tensors: [.init("W", [2, 1, kernel], weights), .init("b", [2], [0.5, -1])],
      [
        .init(
          "Conv", ["x", "W", "b"], ["y"],
          ["strides": .integers([stride]), "group": .integer(2), padding[0].key: padding[0].value])
      ])
    var expected: [Double] = []
    for channel in 0..<2 {
      for start in starts {
        var sum = channel == 0 ? 0.5 : -1.0
        for tap in 0..<kernel where (0..<5).contains(start + tap) {
          sum += Double(weights[channel * kernel + tap]) * x[channel * 5 + start + tap]
        }
        expected.append(sum)
      }
    }
    #expect(agree(try conv.output(x), expected))
  }

  /// Every number of the input is spread over the eight places that its kernel of four covers, of which
  /// some are left out in front.
  @Test(
    arguments: [
      (["pads": .integers([1, 0])], 1, 7), (["output_padding": .integers([1])], 0, 9),
      (["output_shape": .integers([5])], 2, 5), (["auto_pad": .string("SAME_UPPER")], 1, 6),
      (["auto_pad": .string("SAME_LOWER")], 1, 6), (["auto_pad": .string("VALID")], 0, 8),
    ] as [(KeyValuePairs<String, Model.Attribute>, Int, Int)])
  func transposedConvolution(
    setting: KeyValuePairs<String, Model.Attribute>, before: Int, count: Int
  ) throws {
    let weights = randomFloats(4, seed: 52)
    let x = randomFloats(3, seed: 53).map { Double($0) }
    let model = model(
      [1, 3], tensors: [.init("W", [1, 1, 4], weights)],
      [
        .init(
          "ConvTranspose", ["x", "W"], ["y"],
          ["strides": .integers([2]), setting[0].key: setting[0].value])
      ])
    var all = [Double](repeating: 0, count: 9)
    for (place, number) in x.enumerated() {
      for tap in 0..<4 { all[2 * place + tap] += number * Double(weights[tap]) }
    }
    #expect(agree(try model.output(x), Array(all[before..<before + count])))
  }

  @Test func pools() throws {
    let x: [Double] = [3, -1, 4, 1, -5]
    for (kind, attributes, expected) in [
      ("MaxPool", ["kernel_shape": .integers([2]), "strides": .integers([2])], [3, 4]),
      (
        "MaxPool",
        ["kernel_shape": .integers([2]), "strides": .integers([2]), "ceil_mode": .integer(1)],
        [3, 4, -5]
      ),
      ("MaxPool", ["kernel_shape": .integers([2]), "dilations": .integers([3])], [3, -1]),
      (
        "AveragePool", ["kernel_shape": .integers([3]), "pads": .integers([1, 1])],
        [1, 2, 4.0 / 3, 0, -2]
      ),
      (
        "AveragePool",
        [
          "kernel_shape": .integers([3]), "pads": .integers([1, 1]),
          "count_include_pad": .integer(1),
        ], [2.0 / 3, 2, 4.0 / 3, 0, -4.0 / 3]
      ),
      ("GlobalMaxPool", [:], [4]), ("GlobalAveragePool", [:], [0.4]),
    ] as [(String, KeyValuePairs<String, Model.Attribute>, [Double])] {
      let model = model([1, 5], [.init(kind, ["x"], ["y"], attributes)])
      #expect(agree(try model.output(x), expected), "\(kind) \(attributes)")
    }
    let three = model(
      [1, 2, 2, 2],
      [.init("MaxPool", ["x"], ["y"], name: "p", ["kernel_shape": .integers([2, 2, 2])])])
    #expect(
      three.refusal
        == "operator 'MaxPool' of node 'p' has an input with 3 axes of positions; 1 and 2 are supported"
    )
    let indices = model(
      [1, 5],
      [
        .init("MaxPool", ["x"], ["m", "i"], ["kernel_shape": .integers([2])]),
        .init("Add", ["m", "i"], ["y"]),
      ])
    #expect(indices.refusal.contains("reads 'i', an output that is not supported"))
  }

  @Test(arguments: [11, 18]) func reductions(opset: Int) throws {
    let x = [1.0, -2, 3, 4, 5, -6]
    for (kind, axes, expected) in [
      ("ReduceSum", [2], [2, 3]), ("ReduceSum", [1], [5, 3, -3]),
      ("ReduceMean", [1, 2], [5.0 / 6]),
      ("ReduceMax", [-2], [4, 5, 3]), ("ReduceMax", [0], x), ("ReduceMean", nil, [5.0 / 6]),
    ] as [(String, [Int]?, [Double])] {
      for keeps in [0, 1] {
        let isAttribute = opset < (kind == "ReduceSum" ? 13 : 18)
        var node = Model.Node(kind, ["x"], ["r"], ["keepdims": .integer(keeps)])
        if let axes, isAttribute {
          node.attributes = ["keepdims": .integer(keeps), "axes": .integers(axes)]
        } else if axes != nil {
          node.inputs.append("a")
        }
        var model = model(
          [2, 3], opset: opset, tensors: [.init("a", [axes?.count ?? 0], whole: axes ?? [])],
          [node, .init("Neg", ["r"], ["y"])])
        // Over the axis of samples too: then there is one sample.
        if axes?.contains(0) ?? true { model.inputs = [.init("x", [1, 2, 3])] }
        #expect(agree(try model.output(x), expected.map { -$0 }), "\(kind) \(axes ?? [])")
      }
    }
  }
}
