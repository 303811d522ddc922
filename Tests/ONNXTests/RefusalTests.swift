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
      refusal(.init("LSTM", ["x", "W"], ["y"], name: "cell"))
        == "operator 'LSTM' of node 'cell' is not supported")
    #expect(
      refusal(.init("Gelu", ["x"], ["y"], domain: "com.microsoft"))
        == "operator 'com.microsoft::Gelu' of node 'y' is not supported")
    for kind in [
      "QLinearMatMul", "DequantizeLinear", "If", "Loop", "Scan", "LSTM", "Mish", "relu", "",
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
    #expect(refusal(.init("GRU", ["x"], ["y"], name: long)).count < 200)
  }

  @Test(arguments: [6, 23, 0, -1, Int.max]) func versions(opset: Int) {
    #expect(refusal(opset: opset, relu).contains("(opset) \(opset); 7 to 22 are read"))
  }

  @Test func samplesThatMix() {
    let softmax = Model.Node("Softmax", ["x"], ["y"], ["axis": .integer(0)])
    for inputs in [Model.Info("x", ["N", 3]), .init("x", [4, 3])] {
      #expect(
        refusal(inputs: [inputs], softmax).hasPrefix("its output for one sample depends on others"))
    }
    // One sample alone does not mix, and over other axes nothing does.
    #expect(refusal(inputs: [.init("x", [1, 3])], softmax) == "not refused")
    #expect(refusal(.init("Softmax", ["x"], ["y"], ["axis": .integer(1)])) == "not refused")
    // Mixed on the way: turned, and turned back.
    #expect(
      refusal(
        .init("Transpose", ["x"], ["t"], ["perm": .integers([1, 0])]),
        .init("Softmax", ["t"], ["m"], ["axis": .integer(1)]),
        .init("Transpose", ["m"], ["y"], ["perm": .integers([1, 0])])
      ).contains("mixes along the first axis"))
  }

  @Test func inputsAndOutputs() {
    let two: [Model.Info] = [.init("x", ["N", 3]), .init("mask", ["N", 3])]
    #expect(
      refusal(inputs: two, relu) == "it has 2 inputs, 'x', 'mask'; choose what a sample holds")
    #expect(refusal(inputs: [], relu) == "it has no input; a network has one")
    #expect(
      refusal(outputs: [.init("y", nil), .init("x", nil)], relu)
        == "it has 2 outputs, 'y', 'x'; choose one")
    for (info, words) in [
      (.init("x", nil), "its input 'x' has no axes"), (.init("x", []), "its input 'x' has no axes"),
      (.init("x", ["N", 3], type: 8), "its input 'x' holds string, which is not supported"),
      (.init("x", ["N", 3], type: 99), "holds number 99"),
      (.init("x", ["N", "length"]), "axis 1 of its input 'x' has the length 'length'"),
      (.init("x", ["N", 0]), "axis 1 of its input 'x' has the length 0"),
      (.init("x", ["N", -1]), "axis 1 of its input 'x' has the length -1"),
      (.init("x", ["N", .fixed(Int.min)]), "has to be fixed"),
      (.init("x", ["N", .fixed(1 << 40)]), "more than 16777216 numbers"),
      (.init("x", ["N", .fixed(1 << 62), 4]), "more than 16777216 numbers"),
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
    #expect(refusal(.init("Relu", ["W"], ["y"])).contains("does not depend on the input"))
    #expect(refusal(.init("Softmax", ["W"], ["y"])).contains("has a constant as input 0"))
    #expect(refusal(.init("Relu", ["x"], ["", "y"])).contains("has no output"))
  }

  @Test func attributesThatAreMissingOrContradictEachOther() {
    #expect(refusal(.init("Concat", ["x", "x"], ["y"])).contains("has no axis"))
    #expect(
      refusal(.init("Concat", ["x", "x"], ["y"], ["axis": .integer(1)])) == "not refused")
    let twice = Model.Attribute.integers([1, 1])
    #expect(
      refusal(
        opset: 9,
        .init("Slice", ["x"], ["y"], ["axes": twice, "starts": twice, "ends": .integers([2, 3])])
      ).contains("names axis 1 twice"))
    #expect(
      refusal(
        opset: 9, .init("Pad", ["x"], ["y"], ["pads": .integers([0, 1 << 40, 0, 0])])
      ).contains("pads an axis by 1099511627776"))
    let image = [Model.Info("x", ["N", 3, 5])]
    for size in [-1, 0] {
      #expect(
        refusal(inputs: image, .init("LRN", ["x"], ["y"], ["size": .integer(size)]))
          .contains("has no size above 0"))
    }
    #expect(refusal(inputs: image, .init("LRN", ["x"], ["y"])).contains("has no size above 0"))
    for (automatic, pads, words) in [
      ("SAME_UPPER", [1, 1], "auto_pad='SAME_UPPER' and pads=[1, 1]"),
      ("SAME_LOWER", [0, 1], "auto_pad='SAME_LOWER' and pads=[0, 1]"),
      ("VALID", [1, 0], "auto_pad='VALID' and pads=[1, 0]"),
      ("SAME_UPPER", [0, 0], "not refused"), ("NOTSET", [1, 1], "not refused"),
    ] {
      let pool = Model.Node(
        "MaxPool", ["x"], ["y"],
        [
          "kernel_shape": .integers([3]), "auto_pad": .string(automatic),
          "pads": .integers(pads),
        ])
      #expect(refusal(inputs: image, pool).contains(words), "\(words)")
    }
  }

  @Test func whatAMatrixCannotSay() {
    for nodes in [
      [.init("Gemm", ["x", "W"], ["y"])], [.init("MatMul", ["x", "W"], ["y"])],
      [.init("MatMul", ["W", "x"], ["y"])], [.init("Gemm", ["W", "x"], ["y"])],
      [.init("Relu", ["x"], ["r"]), .init("MatMul", ["x", "r"], ["y"])],
      [.init("Relu", ["x"], ["r"]), .init("Gemm", ["x", "r"], ["y"])],
      [.init("MatMul", ["x", "c4"], ["y"])],
    ] as [[Model.Node]] {
      var model = Model()
      model.inputs = [.init("x", ["N", 5])]
      model.tensors = [
        .init("W", [3, 3], randomFloats(9, seed: 30)), .init("c4", [4], [1, 2, 3, 4]),
      ]
      model.nodes = nodes
      #expect(model.refusal.contains("multiplies"), "\(model.refusal)")
    }
    #expect(
      refusal(inputs: [.init("x", ["N", 3, 1])], .init("Gemm", ["x", "W"], ["y"])).contains(
        "multiplies shapes [1, 3, 1] and [3, 3]"))
    #expect(
      refusal(.init("MatMul", ["W", "W"], ["z"]), .init("Add", ["x", "z"], ["y"])).contains(
        "multiplies two constant matrices"))
    #expect(
      refusal(.init("Gemm", ["x", "W"], ["y"], ["alpha": .float(.nan)])).contains(
        "attribute 'alpha' of the wrong kind"))
    #expect(
      refusal(.init("Gemm", ["x", "W"], ["y"], ["alpha": .string("2")])).contains(
        "attribute 'alpha' of the wrong kind"))
    let text = Model.Tensor("t", [3, 1], type: 8) { _ in }
    #expect(
      refusal(tensors: [text], .init("MatMul", ["x", "t"], ["y"])).contains("holds no reals"))
    #expect(
      refusal(
        tensors: [.init("W5", [300, 3, 3], randomFloats(2700, seed: 1))],
        .init("MatMul", ["x", "W5"], ["y"])
      ).contains("up to 256 are supported"))
  }

  @Test func whatAConstantCannotDo() {
    #expect(
      refusal(inputs: [.init("x", [3, 3])], .init("Add", ["x", "W"], ["y"])).contains(
        "has another constant for each of 3 samples"))
    #expect(
      refusal(inputs: [.init("x", ["N", 4])], .init("Add", ["x", "c"], ["y"])).contains(
        "combines values of shapes [1, 4] and [3]"))
    #expect(
      refusal(
        inputs: [.init("x", ["N", 4, 3])],
        .init("Transpose", ["x"], ["t"], ["perm": .integers([0, 2, 1])]),
        .init("Add", ["x", "t"], ["y"])
      ).contains("combines values of shapes"))
    #expect(
      refusal(
        tensors: [.init("zero", [], [0])], .init("Div", ["x", "zero"], ["a"]),
        .init("MatMul", ["a", "W"], ["y"])
      ).contains("not finite"))
    #expect(
      refusal(
        inputs: [.init("x", ["N", 3], type: 7)], .init("Div", ["x", "i1"], ["y"])
      ).contains("reads 'i1'"))
    #expect(
      refusal(
        inputs: [.init("x", ["N", 2], type: 7)], .init("Div", ["x", "i"], ["y"])
      ).contains("divides whole numbers"))
    #expect(refusal(.init("Pow", ["x", "c"], ["y"])).contains("has several exponents"))
    #expect(
      refusal(
        .init(
          "BatchNormalization", ["x", "c", "c", "c", "c"], ["y"], ["training_mode": .integer(1)])
      ).contains("training_mode=1"))
    #expect(
      refusal(.init("Where", ["x", "x", "x"], ["y"])).contains("only constants are supported there")
    )
    #expect(
      refusal(.init("ArgMax", ["x"], ["a"], ["axis": .integer(1)]), .init("Relu", ["a"], ["y"]))
        .contains("reads a class that ArgMax makes"))
    #expect(
      refusal(
        inputs: [.init("x", ["N", 2, 3])], .init("Relu", ["x"], ["r"]),
        .init("ArgMax", ["r"], ["y"], ["axis": .integer(1)])
      ).contains("it has to be over all numbers"))
  }

  @Test func shapesThatCannotBe() {
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
    #expect(
      refusal(.init("Unsqueeze", ["x", "W"], ["y"])).contains("whole numbers are due"))
    // Two samples of 4×6, in which 2 and 4 may be anything.
    let target = Model.Tensor("to", [3], whole: [3, 4, -1])
    #expect(
      refusal(
        inputs: [.init("x", [2, 4, 6])], tensors: [target], .init("Reshape", ["x", "to"], ["r"]),
        .init("Relu", ["r"], ["y"])
      ).contains("in which 2 samples may be anywhere"))
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
    #expect(chain(.init("Add", ["none", "zero"], ["to"])).contains("makes the shape []"))
    #expect(chain(.init("Sub", ["i", "three"], ["to"])).contains("combines values of shapes"))
    #expect(chain(.init("Mul", ["i", "c"], ["to"])).contains("combines constants of shapes"))
    #expect(chain(.init("Gather", ["none", "zero"], ["to"])).contains("picks number 0 of 0"))
    #expect(chain(.init("Concat", ["none"], ["to"])).contains("makes the shape []"))
    #expect(
      chain(.init("Concat", ["i", "c"], ["to"], ["axis": .integer(0)])).contains(
        "joins reals and whole numbers"))
    #expect(chain(.init("Gather", ["W", "zero"], ["to"])).contains("whole numbers are due"))
    #expect(chain(.init("Mod", ["i", "zero"], ["to"])).contains("no whole number holds"))
  }
}
