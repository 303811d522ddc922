import Foundation
import Networks
import Testing

/// Arrays from files: NumPy's, and those of the MNIST data sets.
@Suite struct ArrayFileTests {
  /// An array as NumPy writes it.
  private func npy(_ descriptor: String, _ shape: String, _ bytes: [UInt8], fortran: Bool = false)
    -> Data
  {
    let header =
      "{'descr': '\(descriptor)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
    return Data(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        + bytes)
  }

  private func idx(_ type: UInt8, _ axes: [UInt32], _ bytes: [UInt8]) -> Data {
    Data([0, 0, type, UInt8(axes.count)] + axes.flatMap(big) + bytes)
  }

  private func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private func message(_ read: () throws -> Void) -> String {
    do {
      try read()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func everyTypeOfIDX() throws {
    let cases: [(UInt8, [UInt8], [Double])] = [
      (0x08, [0, 200, 255, 7], [0, 200, 255, 7]),
      (0x09, [0, 0xff, 0x80, 7], [0, -1, -128, 7]),
      (0x0b, [Int16(-2), 300, .min, .max].flatMap(big), [-2, 300, -32768, 32767]),
      (0x0c, [Int32(-2), 70000, .min, 1].flatMap(big), [-2, 70000, -2_147_483_648, 1]),
      (0x0d, [Float(1.5), -0.25, 0, 3].map(\.bitPattern).flatMap(big), [1.5, -0.25, 0, 3]),
      (0x0e, [1.1, -2.2, 0, 3e-300].map(\.bitPattern).flatMap(big), [1.1, -2.2, 0, 3e-300]),
    ]
    for (type, bytes, values) in cases {
      let array = try IDXArray(idx(type, [2, 2], bytes))
      #expect(array.values == values && array.shape == [2, 2], "\(type)")
      #expect(array.holdsBytes == (type == 0x08))
      let samples = try array.samples(named: "t")
      #expect(samples.values == values.map { Float($0) } && samples.count == 2)
      for axes in [[4], [1, 4], [2, 1, 2], [4, 1, 1, 1]] as [[UInt32]] {
        #expect(try IDXArray(idx(type, axes, bytes)).shape == axes.map { Int($0) })
      }
    }
    let images = try IDXArray(idx(0x08, [2, 2, 3], Array(0..<12))).samples(named: "t")
    #expect(images.axes == [2, 3] && images.width == 6 && images[1].first == 6)
  }

  @Test func brokenIDX() throws {
    let whole = idx(0x08, [2, 3, 2], Array(0..<12))
    for length in 0..<whole.count {
      #expect(throws: SampleError.self) { try IDXArray(whole.prefix(length)) }
    }
    for (data, words) in [
      (whole + [0], "holds 13 bytes of numbers, its shape [2, 3, 2] asks for 12"),
      (idx(0x08, [.max, .max, .max], []), "impossible shape"),
      (idx(0x0e, [.max, .max], []), "impossible shape"),
      (idx(0x08, [1 << 30, 1], [1]), "holds 1 bytes"),
      (idx(0x0a, [1, 1], [1]), "unknown type 0xa; 08, 09 and 0b to 0e"),
      (idx(0x08, [1, 1, 1, 1, 1], [1]), "5 axes; 1 to 4"), (idx(0x08, [], [1]), "0 axes"),
    ] {
      #expect(message { _ = try IDXArray(data) }.contains(words), "\(words)")
    }
    #expect(
      message { _ = try IDXArray(idx(0x08, [3], [1, 2, 3])).samples(named: "t") }
        .contains("two axes or more"))
    for axes in [[0, 3], [3, 0]] as [[UInt32]] {
      #expect(
        message { _ = try IDXArray(idx(0x08, axes, [])).samples(named: "t") } == "hold no samples")
    }
    #expect(
      message {
        let bytes = big(Float.nan.bitPattern) + big(Float(1).bitPattern)
        _ = try IDXArray(idx(0x0d, [2, 1], bytes)).samples(named: "t")
      } == "sample 1, value 1 is NaN or infinite")
  }

  @Test func everyTypeOfNumPy() throws {
    func both<Number: FixedWidthInteger>(_ letters: String, _ numbers: [Number], _ values: [Double])
      throws
    {
      for (order, bytes) in [
        ("<", numbers.flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } }),
        (">", numbers.flatMap(big)),
      ] {
        let array = try NumPyArray(npy(order + letters, "(\(numbers.count),)", bytes))
        #expect(array.values == values, "\(order)\(letters)")
      }
    }
    try both("i1", [Int8(-1), 5], [-1, 5])
    try both("i2", [Int16(-1), 500], [-1, 500])
    try both("i4", [Int32(-1), 70000], [-1, 70000])
    try both("i8", [Int64(-1), 1 << 40], [-1, 0x1p40])
    try both("u1", [UInt8(255), 5], [255, 5])
    try both("u2", [UInt16(65535), 5], [65535, 5])
    try both("u4", [UInt32.max, 5], [4_294_967_295, 5])
    try both("u8", [UInt64(1) << 63, 5], [0x1p63, 5])
    try both("f4", [Float(1.5), -2].map(\.bitPattern), [1.5, -2])
    try both("f8", [1.1, -2.2].map(\.bitPattern), [1.1, -2.2])
    // Half precision by its definition: sign, five bits of exponent, ten of fraction.
    try both(
      "f2", [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x8000] as [UInt16],
      [1, -2, 65504, 0x1p-24, 0x1p-14, 0.333251953125, 0])
    #expect(try NumPyArray(npy("|b1", "(2,)", [0, 1])).values == [0, 1])
    #expect(try NumPyArray(npy("|u1", "(2,)", [0, 255])).holdsBytes)
    #expect(try NumPyArray(npy("<f2", "(2,)", [0, 0x7c, 0, 0xfe])).values[0] == .infinity)
    for bad in ["|i4", "<f1", "<b2", "<c8", "<U4", "|O", "=f4", "<f16", "<i3", "<M8[ns]", ""] {
      #expect(throws: SampleError.self, "\(bad)") {
        try NumPyArray(npy(bad, "(1,)", Array(repeating: 0, count: 4)))
      }
    }
  }

  @Test func fortranOrderOfSeveralAxes() throws {
    // a[i, j, k] = 100 i + 10 j + k, written with the first axis fastest.
    var bytes: [UInt8] = []
    for k in 0..<4 {
      for j in 0..<3 { for i in 0..<2 { bytes.append(UInt8(100 * i + 10 * j + k)) } }
    }
    let array = try NumPyArray(npy("|u1", "(2, 3, 4)", bytes, fortran: true))
    var expected: [Double] = []
    for i in 0..<2 {
      for j in 0..<3 { for k in 0..<4 { expected.append(Double(100 * i + 10 * j + k)) } }
    }
    #expect(array.values == expected)
    #expect(try array.samples(named: "t").axes == [3, 4])
  }

  // MARK: In the order of the network's input

  private func samples(_ axes: [Int]) throws -> Samples {
    let width = axes.reduce(1, *)
    return try Samples(name: "t", axes: axes, values: (0..<2 * width).map { Float($0) })
  }

  @Test func axesThatAreTheNetworksAreTakenAsTheyAre() throws {
    for (axes, shape) in [
      ([2, 3, 4], [2, 3, 4]), ([24], [2, 3, 4]), ([3, 4], [1, 3, 4]), ([3, 4], [3, 4, 1]),
      ([3, 4, 1], [1, 3, 4]), ([1, 24], [2, 3, 4]), ([2, 3], [6]), ([2, 3, 4], [24]),
      ([3, 3, 3], [3, 3, 3]), ([6], [6]), ([4, 5], [4, 5]),
    ] {
      let before = try samples(axes)
      let (after, note) = try before.arranged(for: try Shape(shape))
      #expect(after.values == before.values && after.axes == shape, "\(axes) \(shape)")
      #expect((note == nil) == (axes != [2, 3, 4] || shape != [24]), "\(axes) \(shape)")
    }
    // Another number of numbers is for the caller to refuse.
    let other = try samples([2, 3]).arranged(for: Shape(vector: 7))
    #expect(try other.samples == samples([2, 3]) && other.note == nil)
  }

  @Test func channelsAtTheOtherEndAreMoved() throws {
    let last = try samples([4, 5, 3])
    let (first, note) = try last.arranged(for: try Shape([3, 4, 5]))
    #expect(note == "samples of 4×5×3 were transposed to the network's 3×4×5, channels first")
    for sample in 0..<2 {
      for c in 0..<3 {
        for y in 0..<4 {
          for x in 0..<5 {
            #expect(
              first[sample][sample * 60 + (c * 4 + y) * 5 + x]
                == last[sample][sample * 60 + (y * 5 + x) * 3 + c])
          }
        }
      }
    }
    let (back, word) = try first.arranged(for: try Shape([4, 5, 3]))
    #expect(back == last && word?.contains("channels last") == true)
  }

  @Test func otherShapesAreRefusedWithBoth() throws {
    for (axes, shape) in [
      ([4, 3], [3, 4]), ([3, 5, 4], [3, 4, 5]), ([6, 10], [3, 4, 5]), ([2, 2, 3, 5], [3, 4, 5]),
      ([5, 4, 3], [3, 4, 5]),
    ] {
      let words = message { _ = try samples(axes).arranged(for: try Shape(shape)) }
      let spelled = [axes, shape].map { $0.map(String.init).joined(separator: "×") }
      #expect(words == "have the shape \(spelled[0]) a sample, the network takes \(spelled[1])")
    }
  }

  @Test func normalization() throws {
    let one = try Normalization(means: [2], deviations: [4])
    let three = try Normalization(means: [0, 10, 20], deviations: [1, 2, 4])
    let (first, last) = (try Shape([3, 2, 2]), try Shape([2, 2, 3]))
    let values = try samples([12])
    func scaled(_ normalization: Normalization, _ shape: Shape) throws -> [Float] {
      try values.normalized(normalization, for: shape).values
    }
    #expect(try scaled(one, first) == values.values.map { ($0 - 2) / 4 })
    let (means, deviations) = ([Float(0), 10, 20], [Float(1), 2, 4])
    #expect(
      try scaled(three, first)
        == values.values.enumerated().map { index, x in
          let channel = index % 12 / 4
          return (x - means[channel]) / deviations[channel]
        })
    #expect(
      try scaled(three, last)
        == values.values.enumerated().map { index, x in
          (x - means[index % 3]) / deviations[index % 3]
        })
    let two = try Normalization(means: [0, 1], deviations: [1, 1])
    #expect(message { _ = try scaled(two, try Shape([3, 2, 2])) } == "no error")
    #expect(
      message { _ = try scaled(two, try Shape([2, 3, 2])) }.contains("first or last in 2×3×2"))
    #expect(
      message { _ = try scaled(two, try Shape([3, 4])) }.contains("neither the first nor the"))
    let tiny = try Normalization(means: [0], deviations: [1e-60])
    #expect(message { _ = try scaled(tiny, first) }.contains("too large"))
    for (means, deviations) in [
      ([], []), ([1], [1, 1]), ([.nan], [1]), ([.infinity], [1]), ([0], [0]), ([0], [-1]),
      ([0], [.nan]), ([0], [.infinity]),
    ] as [([Double], [Double])] {
      #expect(throws: SampleError.self) {
        try Normalization(means: means, deviations: deviations)
      }
    }
  }
}
