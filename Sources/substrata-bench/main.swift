// Timings of the hot parts, one JSON object a line, and a network's plain outputs. Compare timings only
// as ratios from one run.

internal import Foundation

func fail(_ message: String, status: Int32 = 2) -> Never {
  FileHandle.standardError.write(Data("substrata-bench: \(message)\n".utf8))
  exit(status)
}

let arguments = Array(CommandLine.arguments.dropFirst())
let usage = """
  usage: substrata-bench matrix [--rounds N]
         substrata-bench convolution
         substrata-bench compare [--model NAME|FILE|SIZES] [--samples N] [--rounds N] [--threads N]
         substrata-bench train [--against-numpy PYTHON]
         substrata-bench langevin [--model NAME|FILE|SIZES] [--trajectories M] [--steps N]
                                  [--stiffness K] [--duration TAU] [--threads N] [--against-jax]
         substrata-bench forward [--model NAME|FILE|SIZES] [--batch B] [--seconds S] [--threads N]
                                 [--lanes L] [--against-onnxruntime PYTHON]
         substrata-bench outputs --model NAME|FILE --data IN.npy --output OUT.npy [--whole]
                                 [--reference]
  """
do {
  switch arguments.first {
  case "matrix": try MatrixBenchmark.run(arguments: Array(arguments.dropFirst()))
  case "langevin": try LangevinBenchmark.run(arguments: Array(arguments.dropFirst()))
  case "forward": try ForwardBenchmark.run(arguments: Array(arguments.dropFirst()))
  case "outputs": OutputsCommand.run(arguments: Array(arguments.dropFirst()))
  case "convolution": try ConvolutionBenchmark.run(arguments: Array(arguments.dropFirst()))
  case "compare": try ComparisonBenchmark.run(arguments: Array(arguments.dropFirst()))
  case "train": try TrainingBenchmark.run(arguments: Array(arguments.dropFirst()))
  case "--help", "-h", "help": print(usage)
  default: fail("matrix, convolution, langevin, forward, outputs, compare or train; see --help")
  }
} catch {
  fail("\(error)")
}
