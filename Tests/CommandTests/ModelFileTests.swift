import Foundation
import Testing

/// Models in ONNX on the command line: several inputs and outputs are chosen from, and whatever a file
/// holds, a refusal is one line with status 3.
@Suite struct ModelFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  // MARK: The few messages of a model

  private func varint(_ number: Int) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number & 127 | 128)] + varint(number >> 7)
  }

  private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }

  private func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  private func field(_ number: Int, _ value: Int) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  private func node(_ name: String, _ inputs: [String], _ outputs: [String]) -> [UInt8] {
    field(
      1,
      inputs.flatMap { field(1, $0) } + outputs.flatMap { field(2, $0) } + field(4, name))
  }

  /// An input or output of floats, `[open, 2]`.
  private func value(_ number: Int, _ name: String) -> [UInt8] {
    let shape = field(1, field(2, "N")) + field(1, field(1, 2))
    return field(number, field(1, name) + field(2, field(1, field(1, 1) + field(2, shape))))
  }

  private func model(_ inputs: [String], _ outputs: [String], _ nodes: [[UInt8]]) -> Data {
    let graph =
      nodes.joined() + field(2, "graph") + inputs.flatMap { value(11, $0) }
      + outputs.flatMap { value(12, $0) }
    return Data(field(1, 8) + field(7, graph) + field(8, field(2, 13)))
  }

  @Test func inputsAndOutputsAreChosen() throws {
    scratch.file(
      "two.onnx",
      model(
        ["left", "right"], ["sum", "curve"],
        [node("Add", ["left", "right"], ["sum"]), node("Tanh", ["sum"], ["curve"])]))
    let call = ["inspect", "--model", "two.onnx"]
    for (more, words) in [
      ([], "2 outputs, 'sum', 'curve'"), (["--model-output", "none"], "'none'"),
      (["--model-output", "sum"], "2 inputs, 'left', 'right'"),
      (["--model-output", "sum", "--model-input", "left,middle"], "'middle'"),
      (["--model-output", "sum", "--model-input", "left,"], "no input ''"),
      (["--model-output", "sum", "--model-input", "left,left"], "twice"),
    ] {
      try Tool.expectFailure(
        call + more, status: 3, saying: words,
        "; give --model-input NAME,NAME or --model-output NAME", in: scratch.folder)
    }
    let both = call + ["--model-input", "left,right", "--model-output"]
    let curve = try Tool.run(both + ["curve"], in: scratch.folder)
    #expect(curve.status == 0 && curve.output.contains("4 inputs, 2 outputs"), "\(curve.error)")
    #expect(curve.output.contains("tanh"))
    let sum = try Tool.run(both + ["sum"], in: scratch.folder)
    #expect(sum.status == 0 && !sum.output.contains("tanh"), "\(sum.error)")
  }

  @Test func whatCannotBeReadIsRefusedInOneLine() throws {
    let plain = model(["x"], ["y"], [node("Relu", ["x"], ["y"])])
    scratch.file("model.onnx", plain)
    let outcome = try Tool.run(["inspect", "--model", "model.onnx"], in: scratch.folder)
    #expect(outcome.status == 0 && outcome.output.contains("relu"), "\(outcome.error)")
    for (data, words) in [
      (model(["x"], ["y"], [node("Relu", ["y"], ["y"])]), "y"),
      (
        model(
          ["x"], ["y"],
          [
            node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"]),
            node("Add", ["x", "b"], ["y"]),
          ]), "b"
      ),
      (model(["x"], ["y"], [node("Relu", ["none"], ["y"])]), "none"),
      // No choice of inputs or outputs helps where there are none.
      (
        model([], ["y"], [node("Relu", ["x"], ["y"])]),
        "no input; a network has one; export it again"
      ),
      (
        model(["x"], [], [node("Relu", ["x"], ["y"])]),
        "no output; a network has one; export it again"
      ),
      (model(["x"], ["y"], [node("If", ["x"], ["y"])]), "If"),
      (model(["x"], ["y"], [node("Loop", ["x"], ["y"])]), "Loop"),
      (model(["x"], ["y"], [node("QuantizeLinear", ["x", "x"], ["y"])]), "QuantizeLinear"),
      (model(["x"], ["y"], [node("Conv3000", ["x"], ["y"])]), "substrata list --operators"),
      (model([], ["y"], [node("Relu", ["x"], ["y"])]), "x"),
      (Data(), "no ONNX model"), (Data("PK\u{3}\u{4}".utf8), "onnx"),
    ] {
      scratch.file("model.onnx", data)
      try Tool.expectFailure(
        ["inspect", "--model", "model.onnx"], status: 3, saying: words, in: scratch.folder)
      try Tool.expectFailure(
        ["compare", "--model", "model.onnx"], status: 3, saying: words, in: scratch.folder)
    }
    // Cut off anywhere, it is refused or, where only the opset is missing, perhaps read.
    for length in stride(from: 1, to: plain.count, by: 5) {
      scratch.file("model.onnx", plain.prefix(length))
      let outcome = try Tool.run(["inspect", "--model", "model.onnx"], in: scratch.folder)
      #expect([0, 3].contains(outcome.status) && !outcome.endedBySignal, "\(length)")
      #expect(outcome.error.split(separator: "\n").count == (outcome.status == 0 ? 0 : 1))
    }
  }

  @Test func weightsOutsideTheFolderAreRefused() throws {
    for location in ["../weights.bin", "/etc/hostname", "a/../../weights.bin"] {
      let entry = field(1, "location") + field(2, location)
      let tensor = field(1, 2) + field(2, 1) + field(8, "w") + field(13, entry) + field(14, 1)
      let graph =
        node("Add", ["x", "w"], ["y"]) + field(5, tensor) + value(11, "x") + value(12, "y")
      scratch.file("model.onnx", Data(field(1, 8) + field(7, graph) + field(8, field(2, 13))))
      try Tool.expectFailure(
        ["inspect", "--model", "model.onnx"], status: 3, saying: "own folder", in: scratch.folder)
    }
  }
}
