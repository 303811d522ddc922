internal import Networks

/// The arrays of one operation, as they were programmed.
///
/// Rows of the matrix are column pairs of the arrays, its columns are their rows: it is cut into tiles of as many
/// inputs as an array has rows. How column pairs are shared out to arrays changes no sum.
///
/// Conductances are over the window, so that a weight is a difference from -1 to 1.
struct ProgrammedMatrix: Sendable {
  /// The tiles of each group, `[groups][tiles]`.
  let tiles: [[Tile]]
  /// G+ + G- of all devices that each input drives, `[groups × fanIn]`.
  let driven: [Float]

  /// Some inputs' part of the matrix; written once, then only read.
  final class Tile: @unchecked Sendable {
    /// Which inputs.
    let inputs: Range<Int>
    /// Sums.
    let sums: Int
    /// Differences of conductances, packed for the kernel.
    let packed: UnsafePointer<Float>
    /// G+ + G- of each column pair.
    let conductance: [Float]

    /// Packs the tile's columns of a matrix `[sums × fanIn]`.
    init(
      _ matrix: UnsafePointer<Float>, inputs: Range<Int>, of fanIn: Int, sums: Int,
      conductance: [Float]
    ) {
      self.inputs = inputs
      self.sums = sums
      self.conductance = conductance
      let count = Float.packedCount(rows: sums, columns: inputs.count)
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64
      ).bindMemory(to: Float.self, capacity: max(count, 1))
      Float.pack(
        rows: sums, columns: inputs.count, matrix + inputs.lowerBound, rowStride: fanIn,
        columnStride: 1, into: memory)
      packed = UnsafePointer(memory)
    }

    deinit { UnsafeRawPointer(packed).deallocate() }
  }

  /// The weights themselves, of which the largest is not 1: for measuring ranges before anything is programmed.
  init(exactly operation: CrossbarOperation, array: Int) {
    driven = []
    tiles = (0..<operation.groups).map { group in
      let first = group * operation.sums * operation.fanIn
      let matrix = Array(operation.weight[first..<first + operation.sums * operation.fanIn])
      return Self.cut(matrix, operation, array: array, conductances: nil)
    }
  }

  /// Devices drawn for one machine.
  ///
  /// - Parameters:
  ///   - machine: which of several, from 0.
  ///   - rows: of weights in the whole network, so that no two draw the same.
  init(
    programming operation: CrossbarOperation, array: Int, _ devices: Devices, seed: UInt64,
    machine: Int, of rows: Int
  ) {
    let (sums, fanIn) = (operation.sums, operation.fanIn)
    var driven = [Float](repeating: 0, count: operation.groups * fanIn)
    var tiles: [[Tile]] = []
    for group in 0..<operation.groups {
      var matrix = [Float](repeating: 0, count: sums * fanIn)
      var conductances = Self.ranges(fanIn, array: array).map { _ in
        [Float](repeating: 0, count: sums)
      }
      for sum in 0..<sums {
        devices.program(
          operation.row(sum, ofGroup: group), over: operation.largestWeight, seed: seed,
          index: machine * rows + operation.firstRow + group * sums + sum
        ) { column, plus, minus in
          let both = Float(plus + minus)
          matrix[sum * fanIn + column] = Float(plus - minus)
          driven[group * fanIn + column] += both
          conductances[column / array][sum] += both
        }
      }
      tiles.append(Self.cut(matrix, operation, array: array, conductances: conductances))
    }
    self.driven = driven
    self.tiles = tiles
  }

  /// As many inputs at a time as an array has rows.
  static func ranges(_ fanIn: Int, array: Int) -> [Range<Int>] {
    stride(from: 0, to: fanIn, by: array).map { $0..<min($0 + array, fanIn) }
  }

  private static func cut(
    _ matrix: [Float], _ operation: CrossbarOperation, array: Int, conductances: [[Float]]?
  ) -> [Tile] {
    matrix.withUnsafeBufferPointer { matrix in
      ranges(operation.fanIn, array: array).enumerated().map { index, inputs in
        Tile(
          matrix.baseAddress!, inputs: inputs, of: operation.fanIn, sums: operation.sums,
          conductance: conductances?[index] ?? [])
      }
    }
  }
}
