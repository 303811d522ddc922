internal import Networks

/// How a node says that a kernel passes over the axes of an image.
struct WindowSettings {
  /// Positions of the value that is read, along each axis.
  let input: [Int]
  let kernel: [Int]
  let strides: [Int]
  let dilations: [Int]
  /// Padding before and behind; none if it is to be worked out.
  let pads: [(before: Int, after: Int)]?
  /// Where padding goes that is worked out and comes out odd.
  let isOddBehind: Bool
  /// Whether a last window that goes beyond the padding counts.
  let roundsUp: Bool

  /// Reads the attributes.
  ///
  /// - Parameter kernel: what the weights say; none if the attribute alone says it.
  init(
    of call: Call, reading dims: [Int], kernel weights: [Int]?
  ) throws(ONNXError) {
    let count = dims.count - 2
    guard (1...2).contains(count) else {
      throw call.unsupported(
        "has an input with \(count) axes of positions; 1 and 2 are supported")
    }
    func list(_ name: String, _ other: Int?) throws(ONNXError) -> [Int] {
      guard let numbers = try call.integers(name) else {
        guard let other else { throw call.damaged("has no \(name)") }
        return Array(repeating: other, count: count)
      }
      guard numbers.count == count, numbers.allSatisfy({ $0 > 0 && $0 <= Int(Int32.max) }) else {
        throw call.damaged("has \(name)=\(numbers) for \(count) axes")
      }
      return numbers
    }
    input = Array(dims.dropFirst(2))
    if let weights {
      guard weights.count == count, try call.integers("kernel_shape") ?? weights == weights else {
        throw call.damaged("has weights with a kernel of \(weights) for \(count) axes")
      }
      kernel = weights
    } else {
      kernel = try list("kernel_shape", nil)
    }
    strides = try list("strides", 1)
    dilations = try list("dilations", 1)
    roundsUp = try call.integer("ceil_mode") ?? 0 != 0
    let automatic = try call.text("auto_pad") ?? "NOTSET"
    isOddBehind = automatic == "SAME_UPPER"
    if automatic != "NOTSET", automatic != "",
      let given = try call.integers("pads"), given.contains(where: { $0 != 0 })
    {
      throw call.damaged(
        "has auto_pad='\(ONNXError.short(automatic))' and pads=\(given.prefix(4)), which contradict each other"
      )
    }
    switch automatic {
    case "NOTSET", "":
      let numbers = try call.integers("pads") ?? Array(repeating: 0, count: 2 * count)
      guard numbers.count == 2 * count, numbers.allSatisfy({ $0 <= Int(Int32.max) }) else {
        throw call.damaged("has pads=\(numbers) for \(count) axes")
      }
      guard numbers.allSatisfy({ $0 >= 0 }) else {
        throw call.unsupported("has pads=\(numbers); negative ones are not supported")
      }
      pads = (0..<count).map { (numbers[$0], numbers[count + $0]) }
    case "VALID": pads = Array(repeating: (0, 0), count: count)
    case "SAME_UPPER", "SAME_LOWER": pads = nil
    default:
      throw call.damaged("has auto_pad='\(ONNXError.short(automatic))'")
    }
  }

  /// Positions that a kernel spans along an axis.
  func reach(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

  /// The window that passes over the value.
  func axes(_ call: Call) throws(ONNXError) -> [Window.Axis] {
    var axes: [Window.Axis] = []
    for axis in input.indices {
      var (before, after) = pads?[axis] ?? (0, 0)
      var output: Int?
      if pads == nil {
        let count = (input[axis] - 1) / strides[axis] + 1
        let total = max((count - 1) * strides[axis] + reach(axis) - input[axis], 0)
        before = isOddBehind ? total / 2 : total - total / 2
        after = total - before
        output = count
      } else if roundsUp {
        let room = input[axis] + before + after - reach(axis)
        guard room >= 0 else {
          throw call.unsupported(
            "has a kernel that spans \(reach(axis)) positions of \(input[axis])")
        }
        var count = (room + strides[axis] - 1) / strides[axis] + 1
        // A window that begins behind the value holds nothing.
        if (count - 1) * strides[axis] >= input[axis] + before { count -= 1 }
        output = count
      }
      axes.append(
        try sound(call) { () throws(NetworkError) in
          try Window.Axis(
            input: input[axis], kernel: kernel[axis], stride: strides[axis],
            dilation: dilations[axis], before: before, after: after, output: output)
        })
    }
    return axes
  }

  /// The window that passes over the result of a transposed convolution.
  func transposedAxes(_ call: Call) throws(ONNXError) -> [Window.Axis] {
    func list(_ name: String) throws(ONNXError) -> [Int]? {
      guard let numbers = try call.integers(name) else { return nil }
      guard numbers.count == input.count,
        numbers.allSatisfy({ $0 >= 0 && $0 <= Int(Int32.max) })
      else { throw call.damaged("has \(name)=\(numbers) for \(input.count) axes") }
      return numbers
    }
    let extra = try list("output_padding") ?? Array(repeating: 0, count: input.count)
    let shape = try list("output_shape")
    var axes: [Window.Axis] = []
    for axis in input.indices {
      let whole = (input[axis] - 1) * strides[axis] + extra[axis] + reach(axis)
      var (before, after) = pads?[axis] ?? (0, 0)
      if pads == nil || shape != nil {
        let total = max(whole - (shape?[axis] ?? input[axis] * strides[axis]), 0)
        before = isOddBehind ? total / 2 : total - total / 2
        after = total - before
      }
      let count = shape?[axis] ?? whole - before - after
      guard count > 0 else {
        throw call.damaged("makes \(count) positions along axis \(axis)")
      }
      axes.append(
        try sound(call) { () throws(NetworkError) in
          try Window.Axis(
            input: count, kernel: kernel[axis], stride: strides[axis], dilation: dilations[axis],
            before: before, after: 0, output: input[axis])
        })
    }
    return axes
  }

  private func sound<Result>(
    _ call: Call, _ body: () throws(NetworkError) -> Result
  ) throws(ONNXError) -> Result {
    do throws(NetworkError) { return try body() } catch {
      throw call.unsupported(error.description)
    }
  }
}

extension Importer {
  /// A window over axes; the table that it comes to is accounted for.
  mutating func window(_ axes: [Window.Axis], _ call: Call) throws(ONNXError) -> Window {
    let window = try sound(call) { () throws(NetworkError) in try Window(axes) }
    try budget.take(window.outputCount * window.tapCount, of: .tables, for: call.title)
    return window
  }

  /// What a window over the last axes of a value holds, in one number.
  mutating func pooled(
    _ value: Computed, _ kind: Pool.Kind, _ axes: [Window.Axis], countsPadding: Bool = false,
    dims: [Int], suffix: String? = nil, _ call: Call
  ) throws(ONNXError) -> Computed {
    let window = try window(axes, call)
    let pool = try sound(call) { () throws(NetworkError) in
      try Pool(kind, window, countsPadding: countsPadding)
    }
    // All axes of the window are the value's own, whatever length they have.
    let front = value.dims.dropLast(axes.count)
    let shape = (front.first == 1 ? Array(front.dropFirst()) : Array(front)) + axes.map(\.input)
    let source = try operation(of: value, shaped: shape, call)
    let name = try add(.pool(pool), reading: [source], suffix: suffix, call)
    return Computed(name: name, dims: dims, isWhole: value.isWhole && kind != .mean)
  }

  /// What the last axes of a value hold, in one number each time.
  ///
  /// - Parameters:
  ///   - count: how many axes.
  ///   - dims: of the result.
  mutating func pooled(
    _ value: Computed, _ kind: Pool.Kind, spanning count: Int, dims: [Int], suffix: String? = nil,
    _ call: Call
  ) throws(ONNXError) -> Computed {
    let length = value.dims.suffix(count).reduce(1, *)
    let flat = value.renamed(Array(value.dims.dropLast(count)) + [length])
    let axis = try sound(call) { () throws(NetworkError) in
      try Window.Axis(input: length, kernel: length)
    }
    return try pooled(flat, kind, [axis], dims: dims, suffix: suffix, call)
  }
}
