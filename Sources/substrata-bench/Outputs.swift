internal import Foundation
internal import Harness
internal import Networks
internal import ONNX
internal import SubstrateCore

/// A network's outputs for the rows of a NumPy file, as another NumPy file: for comparing with other
/// programs.
enum OutputsCommand {
  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  static func run(arguments: [String]) {
    var options = ["--model": "", "--data": "", "--output": ""]
    var flags = ["--whole": false, "--reference": false]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if flags[name] != nil {
        flags[name] = true
      } else if options[name] != nil, let value = rest.popFirst() {
        options[name] = value
      } else {
        fail("unknown option or no value: \(name)")
      }
    }
    guard options.values.allSatisfy({ !$0.isEmpty }) else {
      fail("outputs takes --model FILE, --data IN.npy and --output OUT.npy")
    }
    do {
      let network = try network(options["--model"]!, isWhole: flags["--whole"]!)
      let samples = try samples(options["--data"]!, for: network)
      let outputs =
        flags["--reference"]!
        ? reference(network, samples) : fast(network, samples)
      do {
        try NumPyArray.file(of: outputs, columns: network.outputCount)
          .write(to: URL(filePath: options["--output"]!), options: .atomic)
      } catch {
        throw Refusal(description: "'\(options["--output"]!)' cannot be written")
      }
    } catch {
      fail("\(error)".replacingOccurrences(of: "\n", with: " "), status: 3)
    }
  }

  private static func network(_ path: String, isWhole: Bool) throws -> Network {
    if let network = try BuiltIn.model(named: path) { return network }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw Refusal(description: "model '\(path)' cannot be read")
    }
    do {
      return try substrata_bench.network(inFile: path, isWhole: isWhole)
    } catch {
      throw Refusal(description: "model '\(path)': \(error)")
    }
  }

  private static func samples(_ path: String, for network: Network) throws -> [Float] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Refusal(description: "data '\(path)' cannot be read")
    }
    let array: NumPyArray
    do {
      array = try NumPyArray(data)
    } catch {
      throw Refusal(description: "data '\(path)' \(error)")
    }
    let width = array.shape.dropFirst().reduce(1, *)
    guard !array.values.isEmpty, width == network.sampleWidth else {
      throw Refusal(
        description: "data '\(path)' have shape \(array.shape); the model takes samples of "
          + "\(network.sampleWidth) numbers")
    }
    do {
      return try network.embedded(
        Samples(name: path, width: width, values: array.values.map { Float($0) })
      ).values
    } catch {
      throw Refusal(description: "data '\(path)' \(error)")
    }
  }

  private static func fast(_ network: Network, _ samples: [Float]) -> [Float] {
    let count = samples.count / network.inputCount
    var outputs = [Float](repeating: 0, count: count * network.outputCount)
    Batches(network, batch: count, threads: ProcessInfo.processInfo.activeProcessorCount)
      .run(samples, into: &outputs)
    return outputs
  }

  private static func reference(_ network: Network, _ samples: [Float]) -> [Float] {
    let engine = ReferenceEngine(network)
    let width = network.inputCount
    let context = RunContext(
      seed: 0, workers: workers(threads: ProcessInfo.processInfo.activeProcessorCount))
    let outputs = try? context.map(blocks: samples.count / width) { sample in
      engine.output(for: samples[sample * width..<(sample + 1) * width].map { Double($0) })
        .map { Float($0) }
    }
    guard let outputs else { preconditionFailure("cancelled by nobody") }
    return outputs.flatMap { $0 }
  }
}
