import Foundation
import ONNX
import Testing

/// Sound files that say more than a network can: what is refused, and in which words.
@Suite struct RefusalTests {
  private func refusal(
    inputs: [Model.Info] = [.init("x", ["N", 3])], tensors: [Model.Tensor] = [], opset: Int = 17,
    outputs: [Model.Info] = [.init("y", nil)], _ nodes: Model.Node...
  ) -> String {
    var model = Model()
    model.inputs = inputs
    model.outputs = outputs
    model.opset = opset
    model.tensors =
      tensors + [
        .init("W", [3, 3], randomFloats(9, seed: 30)), .init("c", [3], [1, 2, 3]),
        .init("i", [2], whole: [1, 2]),
      ]
    model.nodes = nodes
    return model.refusal
  }

  private let relu = Model.Node("Relu", ["x"], ["y"])

  @Test func operatorsByName() {
    #expect(
      refusal(.init("Conv", ["x", "W"], ["y"], name: "conv1"))
        == "operator 'Conv' of node 'conv1' is not supported")
    #expect(
      refusal(.init("Gelu", ["x"], ["y"], domain: "com.microsoft"))
        == "operator 'com.microsoft::Gelu' of node 'y' is not supported")
    for kind in [
      "QLinearMatMul", "DequantizeLinear", "If", "Loop", "Scan", "LSTM", "Softplus", "relu", "",
    ] {
      #expect(refusal(.init(kind, ["x"], ["y"])).contains("'\(kind)' of node 'y' is not supported"))
    }
    #expect(
      refusal(.init("Relu", ["x"], ["y"], domain: "ai.onnx")) == "not refused")
    #expect(
      refusal(.init("Relu", ["x"], ["y"], ["shape": .integer(1)])).hasPrefix(
        "attribute 'shape' of operator 'Relu' of node 'y'"))
    #expect(
      refusal(.init("Relu", ["x"], ["y"], ["body": .graph])).hasPrefix("attribute 'body' of"))
    let long = String(repeating: "n", count: 5000)
    #expect(refusal(.init("Conv", ["x"], ["y"], name: long)).count < 200)
  }

  @Test(arguments: [6, 23, 0, -1, Int.max]) func versions(opset: Int) {
    #expect(refusal(opset: opset, relu).contains("(opset) \(opset); 7 to 22 are read"))
  }

  @Test func inputsAndOutputs() {
    let two: [Model.Info] = [.init("x", ["N", 3]), .init("mask", ["N", 3])]
    #expect(refusal(inputs: two, relu) == "it has 2 inputs, 'x', 'mask'; a network has one")
    #expect(refusal(inputs: [], relu) == "it has no input; a network has one")
    #expect(
      refusal(outputs: [.init("y", nil), .init("x", nil)], relu)
        == "it has 2 outputs, 'y', 'x'; a network has one")
    for (info, words) in [
      (.init("x", nil), "its input 'x' has no axes"), (.init("x", []), "its input 'x' has no axes"),
      (.init("x", ["N", 3], type: 7), "its input 'x' holds int64, not reals"),
      (.init("x", ["N", 3], type: 99), "holds number 99"),
      (.init("x", ["N", "length"]), "axis 1 of its input 'x' has the length 'length'"),
      (.init("x", ["N", 0]), "axis 1 of its input 'x' has the length 0"),
      (.init("x", ["N", -1]), "axis 1 of its input 'x' has the length -1"),
      (.init("x", [0, 3]), "axis 0 of its input 'x' has the length 0"),
      (.init("x", ["N", .fixed(1 << 40)]), "more than 16777216 numbers"),
      (.init("x", ["N", .fixed(1 << 62), 4]), "more than 16777216 numbers"),
      (.init("x", [.fixed(1 << 62), 4]), "more than 16777216 numbers"),
    ] as [(Model.Info, String)] {
      #expect(refusal(inputs: [info], relu).contains(words), "\(words)")
    }
    #expect(refusal(outputs: [.init("W", nil)], relu).contains("does not depend on the input"))
    #expect(refusal(outputs: [.init("x", nil)], relu).contains("computes nothing"))
    #expect(refusal(outputs: [.init("z", nil)], relu) == "nothing computes its output 'z'")
  }

  @Test func graphsThatAreNone() {
    // A circle, a node before what it reads, and one that reads nothing known.
    #expect(
      refusal(
        .init("Add", ["x", "b"], ["a"]), .init("Relu", ["a"], ["b"]), .init("Relu", ["b"], ["y"])
      )
      .contains("reads 'b', which nothing before it computes"))
    #expect(
      refusal(.init("Relu", ["a"], ["y"]), .init("Relu", ["x"], ["a"])).contains("reads 'a', which")
    )
    #expect(refusal(.init("Relu", ["y"], ["y"])).contains("reads 'y', which"))
    #expect(
      refusal(.init("Dropout", ["x"], ["d", "m"]), .init("Add", ["d", "m"], ["y"]))
        .contains("reads 'm', an output that is not supported"))
    #expect(
      refusal(.init("Relu", ["x"], ["x"]), .init("Relu", ["x"], ["y"]))
        == "two values are called 'x'")
    #expect(refusal(tensors: [.init("W", [1], [1])], relu) == "it has two tensors called 'W'")
    #expect(refusal(.init("Relu", [], ["y"])).contains("has 0 inputs; 1 are due"))
    #expect(refusal(.init("Add", ["x", "x", "x"], ["y"])).contains("has 3 inputs; 2 are due"))
    #expect(refusal(.init("Gemm", ["x", ""], ["y"])).contains("has no input 1"))
    #expect(refusal(.init("Relu", ["W"], ["y"])).contains("has a constant as input 0"))
    #expect(refusal(.init("Relu", ["x"], ["", "y"])).contains("has no output"))
  }

  @Test func whatAMatrixCannotSay() {
    #expect(
      refusal(.init("Gemm", ["x", "W"], ["y"], ["transA": .integer(1)])).contains(
        "has transA=1; only 0 is supported"))
    #expect(
      refusal(.init("Gemm", ["W", "x"], ["y"])).contains("has a constant as input 0"))
    #expect(
      refusal(.init("Relu", ["x"], ["r"]), .init("MatMul", ["x", "r"], ["y"])).contains(
        "only constants are supported"))
    #expect(
      refusal(inputs: [.init("x", ["N", 2, 3])], .init("MatMul", ["x", "W"], ["y"])).contains(
        "a sample has to be one vector"))
    #expect(
      refusal(inputs: [.init("x", ["N", 4])], .init("MatMul", ["x", "W"], ["y"])).contains(
        "a sample of shape [4] by a matrix with 3 columns"))
    // As many numbers, but not along the axis.
    #expect(
      refusal(inputs: [.init("x", ["N", 3, 1])], .init("MatMul", ["x", "W"], ["y"])).contains(
        "a sample has to be one vector"))
    #expect(
      refusal(.init("Gemm", ["x", "W"], ["y"], ["alpha": .float(.nan)])).contains(
        "attribute 'alpha' of the wrong kind"))
    #expect(
      refusal(.init("Gemm", ["x", "W"], ["y"], ["alpha": .string("2")])).contains(
        "attribute 'alpha' of the wrong kind"))
    #expect(refusal(.init("MatMul", ["x", "i"], ["y"])).contains("holds no reals"))
  }

  @Test func whatAConstantCannotDo() {
    #expect(
      refusal(.init("Relu", ["x"], ["r"]), .init("Mul", ["r", "c"], ["y"], name: "scale"))
        .hasPrefix(
          "operator 'Mul' of node 'scale' scales or shifts by a constant"))
    #expect(
      refusal(.init("Relu", ["x"], ["r"]), .init("Mul", ["x", "r"], ["y"])).contains(
        "multiplies two computed values"))
    #expect(refusal(.init("Div", ["c", "x"], ["y"])).contains("divides by a computed value"))
    let batch: [Model.Info] = [.init("x", [3, 3])]
    #expect(
      refusal(inputs: batch, .init("Add", ["x", "W"], ["y"])).contains(
        "has another constant for each sample"))
    #expect(
      refusal(inputs: [.init("x", ["N", 1])], .init("Add", ["x", "c"], ["y"])).contains(
        "a constant of shape [3] that does not fit"))
    #expect(refusal(.init("Add", ["x", "i"], ["y"])).contains("holds no reals"))
    #expect(
      refusal(
        inputs: [.init("x", ["N", 1, 3])], .init("Flatten", ["x"], ["f"]),
        .init("Add", ["x", "f"], ["y"])
      ).contains("combines values of different shapes"))
    #expect(
      refusal(
        tensors: [.init("zero", [], [0])], .init("Div", ["x", "zero"], ["a"]),
        .init("MatMul", ["a", "W"], ["y"])
      ).contains("not finite"))
    for slope in [-0.5, 1, 1.5] as [Float] {
      #expect(
        refusal(.init("LeakyRelu", ["x"], ["y"], ["alpha": .float(slope)])).contains("[0, 1)"))
    }
    #expect(
      refusal(
        .init(
          "BatchNormalization", ["x", "c", "c", "c", "c"], ["y"], ["training_mode": .integer(1)])
      ).contains("training_mode=1"))
  }

  @Test func shapesThatMixSamples() {
    let target = Model.Tensor("to", [1], whole: [-1])
    for batch in ["N", 1, 2] as [Model.Axis] {
      #expect(
        refusal(
          inputs: [.init("x", [batch, 3])], tensors: [target], .init("Reshape", ["x", "to"], ["y"])
        ).contains("the first axis counts samples"), "\(batch)")
      #expect(
        refusal(
          inputs: [.init("x", [batch, 3])], .init("Flatten", ["x"], ["r"], ["axis": .integer(2)]),
          .init("Relu", ["r"], ["y"])
        ).contains("the first axis counts samples"), "\(batch)")
    }
    for (values, words) in [
      ([1, 4], "makes the shape"), ([-1, -1], "makes the shape"), ([-1, 2], "makes the shape"),
      ([1, 0, 0], "keeps axis 2"), ([1 << 62, 4], "makes the shape"), ([-1, 0], "not refused"),
      ([1, 3, 0], "keeps axis 2"), ([-5, 3], "makes the shape"),
    ] as [([Int], String)] {
      let target = Model.Tensor("to", [values.count], whole: values)
      #expect(
        refusal(
          tensors: [target], .init("Reshape", ["x", "to"], ["r"]), .init("Relu", ["r"], ["y"])
        ).contains(words), "\(values)")
    }
    let axes = Model.Tensor("axes", [1], whole: [0])
    #expect(
      refusal(tensors: [axes], .init("Squeeze", ["x", "axes"], ["y"])).contains("first axis"))
    #expect(
      refusal(tensors: [axes], .init("Unsqueeze", ["x", "W"], ["y"])).contains(
        "whole numbers are due"))
  }

  @Test func shapeArithmeticThatCannotBe() {
    func chain(_ node: Model.Node) -> String {
      refusal(
        tensors: [
          .init("zero", [1], whole: [0]), .init("most", [1], whole: [Int.max]),
          .init("five", [], whole: [5]), .init("least", [1], whole: [Int.min]),
          .init("minus", [1], whole: [-1]), .init("none", [0], whole: []),
          .init("three", [3], whole: [1, 2, 3]),
        ], node, .init("Reshape", ["x", "to"], ["y"]))
    }
    #expect(chain(.init("Div", ["most", "zero"], ["to"])).contains("no whole number holds"))
    #expect(chain(.init("Mul", ["most", "most"], ["to"])).contains("no whole number holds"))
    #expect(chain(.init("Add", ["most", "i"], ["to"])).contains("no whole number holds"))
    #expect(chain(.init("Div", ["least", "minus"], ["to"])).contains("no whole number holds"))
    #expect(chain(.init("Gather", ["i", "five"], ["to"])).contains("picks number 5 of 2"))
    #expect(chain(.init("Gather", ["i", "least"], ["to"])).contains("picks number"))
    #expect(chain(.init("Add", ["none", "zero"], ["to"])).contains("combines constants of shapes"))
    #expect(chain(.init("Sub", ["i", "three"], ["to"])).contains("combines constants of shapes"))
    #expect(chain(.init("Mul", ["i", "c"], ["to"])).contains("combines constants of shapes"))
    #expect(chain(.init("Gather", ["none", "zero"], ["to"])).contains("picks number 0 of 0"))
    #expect(chain(.init("Concat", ["none"], ["to"])).contains("makes the shape []"))
    #expect(chain(.init("Concat", ["i", "c"], ["to"])).contains("lists of whole numbers"))
    #expect(chain(.init("Gather", ["W", "zero"], ["to"])).contains("a list of whole numbers"))
  }
}
