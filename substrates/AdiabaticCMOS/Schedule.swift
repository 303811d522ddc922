/// In which order layers are computed and undone, and what is held meanwhile.
///
/// A run of a layer writes its register, or takes back what stands there; both need the registers that the
/// layer reads. It is no schedule of gates: inside a run they are charged one behind another, and discharged in
/// reverse.
struct Schedule: Hashable, Sendable {
  /// What becomes of values between the layers.
  enum Strategy: Hashable, Sendable {
    /// All layers forward, and all but the last back.
    case computeCopyUncompute
    /// k^n segments by Bennett's recursion: k blocks forward and k - 1 back, each of k blocks, and so on.
    case pebbling(k: Int, n: Int)
    /// All layers forward; what they leave is erased.
    case keepGarbage
  }

  /// What a run of a layer takes and holds.
  struct Layer: Hashable, Sendable {
    /// How long a run takes.
    let ramps: Int
    /// What its register holds.
    let bits: Int

    /// A layer.
    init(ramps: Int, bits: Int) { (self.ramps, self.bits) = (ramps, bits) }
  }

  /// How often each layer is run, forward or back.
  private(set) var runs: [Int]
  /// For how long each layer's register holds something, in ramps, from the beginning of the run that writes
  /// it to the end of the one that takes it back, or of all.
  private(set) var heldRamps: [Int]
  /// Which registers still hold something at the end: what has to be erased.
  private(set) var isKept: [Bool]
  /// Ramps one behind another.
  private(set) var ramps = 0
  /// Segments, of one layer or several.
  let segments: Int
  /// Runs of segments.
  private(set) var segmentRuns = 0
  /// The most segments whose result is held at a time.
  private(set) var checkpoints = 0
  /// The most bits that registers hold at a time.
  private(set) var mostBits = 0

  private let layers: [Layer]
  /// Where each segment begins, and the last ends.
  private let starts: [Int]
  private var heldSince: [Int?]
  private var heldSegments = 0
  private var heldBits = 0

  /// Goes through an inference.
  ///
  /// Layers are spread over the segments of pebbling as evenly as they can be; a segment of several
  /// computes all of its layers and takes back all but the last.
  ///
  /// - Parameters:
  ///   - layers: in order, one or more; those of pebbling each read the one before alone.
  ///   - strategy: with k^n up to the number of layers.
  /// - Complexity: O(runs), at most O(layers^1.6).
  init(_ layers: [Layer], _ strategy: Strategy) {
    self.layers = layers
    runs = Array(repeating: 0, count: layers.count)
    heldRamps = runs
    isKept = Array(repeating: false, count: layers.count)
    heldSince = Array(repeating: nil, count: layers.count)
    switch strategy {
    case .computeCopyUncompute, .keepGarbage: segments = layers.count
    case .pebbling(let k, let n): segments = Self.segments(k: k, n: n, atMost: layers.count)!
    }
    let count = segments
    starts = (0...count).map { $0 * layers.count / count }
    switch strategy {
    case .computeCopyUncompute: run(0..<count, blocks: count, isForward: true)
    case .pebbling(let k, _): run(0..<count, blocks: k, isForward: true)
    case .keepGarbage: for segment in 0..<count { runSegment(segment, isForward: true) }
    }
    for (layer, since) in heldSince.enumerated() {
      guard let since else { continue }
      isKept[layer] = true
      heldRamps[layer] += ramps - since
    }
  }

  /// k^n, unless it is more.
  static func segments(k: Int, n: Int, atMost most: Int) -> Int? {
    var product = 1
    for _ in 0..<n {
      let (next, overflows) = product.multipliedReportingOverflow(by: k)
      guard !overflows, next <= most else { return nil }
      product = next
    }
    return product
  }

  // MARK: Runs

  /// Some segments in so many blocks: all blocks forward, and all but the last back. Backwards it is that, read
  /// from the end.
  private mutating func run(_ range: Range<Int>, blocks: Int, isForward: Bool) {
    guard range.count > 1 else {
      runSegment(range.lowerBound, isForward: isForward)
      return
    }
    let width = range.count / blocks
    func block(_ index: Int) -> Range<Int> {
      let start = range.lowerBound + index * width
      return start..<start + width
    }
    for index in 0..<(isForward ? blocks : blocks - 1) {
      run(block(index), blocks: blocks, isForward: true)
    }
    for index in (0..<(isForward ? blocks - 1 : blocks)).reversed() {
      run(block(index), blocks: blocks, isForward: false)
    }
  }

  private mutating func runSegment(_ segment: Int, isForward: Bool) {
    let range = starts[segment]..<starts[segment + 1]
    segmentRuns += 1
    for layer in isForward ? range : range.dropLast() { runLayer(layer, isForward: true) }
    for layer in (isForward ? range.dropLast() : range).reversed() {
      runLayer(layer, isForward: false)
    }
    heldSegments += isForward ? 1 : -1
    checkpoints = max(checkpoints, heldSegments)
  }

  private mutating func runLayer(_ layer: Int, isForward: Bool) {
    let start = ramps
    runs[layer] += 1
    ramps += layers[layer].ramps
    if isForward {
      precondition(heldSince[layer] == nil, "a register is written when it is empty")
      heldSince[layer] = start
      heldBits += layers[layer].bits
      mostBits = max(mostBits, heldBits)
    } else {
      guard let since = heldSince[layer] else { preconditionFailure("nothing to take back") }
      heldSince[layer] = nil
      heldBits -= layers[layer].bits
      heldRamps[layer] += ramps - since
    }
  }
}
