import Foundation
import Networks
import StochasticThermodynamics
import Testing

@testable import ONNX

/// Models that are read off a file on disk, a page here and a tensor there.
@Suite struct ModelBytesTests {
  /// A folder of its own for one test.
  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "onnx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func path(_ file: URL) -> String { file.path(percentEncoded: false) }

  private func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "not refused"
    } catch {
      return "\(error)"
    }
  }

  // MARK: The same from a file as from memory

  @Test(arguments: [
    "classifier-11", "classifier-20", "encoder", "encoder-14", "encoder-20", "lenet-nchw",
    "lenet-nhwc", "residual", "residual-17", "separable", "separable-20", "separable-nhwc",
    "sequence",
  ]) func fixturesFromDisk(name: String) throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let file = path(folder.appending(path: "\(name).onnx"))
    let data = try Data(contentsOf: URL(filePath: file))
    #expect(try ONNXFile.network(at: file) == ONNXFile.network(from: data, at: file))
  }

  @Test func cutOffAnywhereOnDisk() throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let data = try Data(contentsOf: folder.appending(path: "residual-17.onnx"))
    try withFolder { folder in
      let file = folder.appending(path: "m.onnx")
      for length in 0...data.count {
        let part = data.prefix(length)
        try part.write(to: file)
        let words = refusal { _ = try ONNXFile.network(at: path(file)) }
        #expect(words == refusal { _ = try ONNXFile.network(from: part, at: path(file)) })
        #expect((words == "not refused") == (length == data.count), "\(length): \(words)")
      }
    }
  }

  @Test func changedAtRandomOnDisk() throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let data = try Data(contentsOf: folder.appending(path: "classifier-20.onnx"))
    var generator = SeededGenerator(seed: 5, purpose: "mutations on disk")
    try withFolder { folder in
      let file = folder.appending(path: "m.onnx")
      for _ in 0..<300 {
        var changed = data
        let place = Int.random(in: 0..<changed.count, using: &generator)
        changed[place] = UInt8.random(in: 0...255, using: &generator)
        try changed.write(to: file)
        #expect(
          refusal { _ = try ONNXFile.network(at: path(file)) }
            == refusal { _ = try ONNXFile.network(from: changed, at: path(file)) })
      }
    }
  }

  /// A pipe can be read only once, and has no size.
  @Test func fromAPipe() throws {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Fixtures")
    let file = folder.appending(path: "residual-17.onnx")
    try withFolder { scratch in
      let pipe = path(scratch.appending(path: "residual-17.onnx"))
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(ONNXFile.files(ofModelAt: pipe) == [])
      let data = try Data(contentsOf: file)
      Thread.detachNewThread {
        // It waits for the reader, and the reader for it.
        let writer = open(pipe, O_WRONLY)
        _ = data.withUnsafeBytes { write(writer, $0.baseAddress!, $0.count) }
        close(writer)
      }
      let network = try ONNXFile.network(at: pipe)
      #expect(try network == ONNXFile.network(at: path(file)))
    }
  }

  @Test func whatIsNoFile() throws {
    try withFolder { folder in
      #expect(
        refusal { _ = try ONNXFile.network(at: path(folder)) } == "the system cannot read it")
      #expect(
        refusal { _ = try ONNXFile.network(at: path(folder) + "/none.onnx") }
          == "the system cannot read it")
      #expect(ONNXFile.files(ofModelAt: path(folder) + "/none.onnx") == [])
      #expect(ONNXFile.files(ofModelAt: path(folder)) == [])
      let empty = folder.appending(path: "empty.onnx")
      try Data().write(to: empty)
      #expect(
        refusal { _ = try ONNXFile.network(at: path(empty)) }
          == "it is no ONNX model: it holds no graph")
    }
  }

  @Test func namesOfFilesBesideAModel() throws {
    try withFolder { folder in
      var model = Model()
      model.tensors = ["b", "a", "b"].enumerated().map { place, location in
        .init("W\(place)", [3, 1], type: 1) {
          $0.message(13) {
            $0.string(1, "location")
            $0.string(2, location)
          }
          $0.integer(14, 1)
        }
      }
      let file = folder.appending(path: "m.onnx")
      try model.data.write(to: file)
      let expected = ["\(path(folder))/a", "\(path(folder))/b"].map {
        $0.replacingOccurrences(of: "//", with: "/")
      }
      #expect(ONNXFile.files(ofModelAt: path(file)) == expected)
      #expect(ONNXFile.files(of: model.data, at: path(file)) == expected)
    }
  }

  // MARK: Pages

  @Test func everyPlaceOfThePages() throws {
    var generator = SeededGenerator(seed: 6, purpose: "pages")
    let size = 3 * ModelBytes.pageSize + 5
    let bytes = (0..<size).map { _ in UInt8.random(in: 0..<128, using: &generator) }
    try withFolder { folder in
      let file = folder.appending(path: "bytes")
      try Data(bytes).write(to: file)
      // A part of other data has other indices.
      for source in [
        try ModelBytes(at: path(file)), ModelBytes(Data(bytes)),
        ModelBytes((Data([1, 2, 3]) + Data(bytes)).dropFirst(3)),
      ] {
        #expect(source.count == size)
        for place in 0..<size where try source.byte(at: place) != bytes[place] {
          Issue.record("byte \(place)")
        }
        for _ in 0..<500 {
          let place = Int.random(in: 0...size - 4, using: &generator)
          let expected = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
          #expect(try source.number(at: place) == expected)
        }
        for length in [0, 1, 100, ModelBytes.pageSize, ModelBytes.pageSize + 1, size] {
          for start in [0, (size - length) / 2, size - length] {
            let part = start..<start + length
            #expect(try source.text(part) == String(decoding: bytes[part], as: UTF8.self))
            let read = try ModelBytes.array(of: UInt8.self, length) { target throws(ONNXError) in
              try source.read(into: UnsafeMutableRawBufferPointer(target), at: start)
            }
            #expect(read == Array(bytes[part]))
          }
        }
      }
    }
  }

  /// Numbers and names that lie across the ends of pages, wherever these fall.
  @Test func messagesAcrossPages() throws {
    for shift in 0..<40 {
      var writer = ProtobufWriter()
      writer.string(3, String(repeating: "x", count: ModelBytes.pageSize - 30 + shift))
      writer.integer(1, Int.max)
      writer.string(2, "grüße")
      writer.float(4, 1.5)
      writer.double(5, -0.1)
      var reader = WireReader(ModelBytes(Data(writer.bytes)), 0..<writer.bytes.count)
      // The first name is passed over, so that the page begins behind it: look at it first.
      #expect(try reader.source.byte(at: 0) == writer.bytes[0])
      _ = try reader.next()
      #expect(try reader.next()?.integer() == Int.max)
      #expect(try reader.next()?.string(in: reader.source) == "grüße")
      #expect(try reader.next()?.float() == 1.5)
      guard case .fixed64(let bits) = try reader.next()?.value else {
        Issue.record("no number")
        continue
      }
      #expect(Double(bitPattern: bits) == -0.1)
      #expect(try reader.next() == nil && reader.isAtEnd)
    }
  }

  @Test func namesLongerThanAPage() throws {
    let name = String(repeating: "ä", count: ModelBytes.pageSize)
    var model = Model()
    model.tensors = [.init(name, [3, 1], [1, 2, 3])]
    model.nodes = [.init("MatMul", ["x", name], ["y"])]
    #expect(agree(try model.output([1, 10, 100]), [321]))
  }

  // MARK: Files that are cut while they are read

  /// A model with a tensor of every sort that is larger than a page.
  private static let large: Model = {
    var model = Model()
    let (rows, columns) = (120, 90)
    let count = rows * columns
    model.inputs = [.init("x", ["N", .fixed(rows)])]
    model.tensors = [
      .init("single", [rows, columns], randomFloats(count, seed: 60)),
      .init("half", [rows, columns], type: 10) {
        $0.data(9, Array(repeating: 0, count: 2 * count))
      },
      .init("double", [rows, columns], type: 11) {
        $0.data(9, Array(repeating: 0, count: 8 * count))
      },
      .init("typed", [rows, columns], type: 1) {
        $0.data(4, Array(repeating: 0, count: 4 * count))
      },
      .init("whole", [rows, columns], type: 7) {
        $0.packed(7, Array(repeating: 300, count: count))
      },
    ]
    model.nodes = [.init("MatMul", ["x", "single"], ["y"])]
    return model
  }()

  @Test func aFileThatIsCutBetweenParsingAndReading() throws {
    try withFolder { folder in
      let file = folder.appending(path: "m.onnx")
      let data = Self.large.data
      let expected = "it cannot be read to its end"
      for place in Self.large.tensors.indices {
        try data.write(to: file)
        let source = try ModelBytes(at: path(file))
        let tensors = try ModelProto(source).graph.initializers
        let tensor = tensors[place]
        let reader = TensorReader(source: source, folder: nil)
        let turn = MatrixTurn(rows: tensor.dims[0], columns: tensor.dims[1])
        func read() throws {
          if tensor.name == "whole" {
            _ = try reader.integers(of: tensor)
          } else {
            _ = try (reader.floats(of: tensor), reader.transposed(tensor, turn))
          }
        }
        try read()
        // What a page still holds is still there; it does not hold the last byte of a large tensor.
        #expect(truncate(path(file), off_t(tensor.body.upperBound - 1)) == 0)
        #expect(refusal { try read() } == expected, "\(tensor.name)")
        #expect(truncate(path(file), 0) == 0)
        #expect(refusal { try read() } == expected, "\(tensor.name)")
      }
    }
  }

  @Test func aFileThatIsCutWhileItIsImported() throws {
    try withFolder { folder in
      let file = folder.appending(path: "m.onnx")
      let data = Self.large.data
      for length in [0, 1, 100, data.count / 2, data.count - 1] {
        try data.write(to: file)
        let source = try ModelBytes(at: path(file))
        #expect(truncate(path(file), off_t(length)) == 0)
        let words = refusal {
          _ = try ONNXFile.network(from: source, at: path(file), options: ONNXFile.Options())
        }
        #expect(words == "it cannot be read to its end", "\(length)")
      }
      // One that grows is what it was.
      try data.write(to: file)
      let source = try ModelBytes(at: path(file))
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(repeating: 0xff, count: 1000))
      try handle.close()
      let network = try ONNXFile.network(
        from: source, at: path(file), options: ONNXFile.Options())
      #expect(try network == ONNXFile.network(from: data, at: path(file)))
    }
  }

  @Test func weightsInAnotherFileThatIsCut() throws {
    try withFolder { folder in
      let file = folder.appending(path: "weights")
      try Data(repeating: 1, count: 100).write(to: file)
      let (bytes, start) = try ExternalFolder(path: path(folder)).stretch(
        ["location": "weights", "offset": "20"], count: 80, of: "tensor 'W'")
      #expect(start == 20 && bytes.count == 100)
      #expect(truncate(path(file), 99) == 0)
      let words = refusal {
        _ = try ModelBytes.array(of: UInt8.self, 80) { target throws(ONNXError) in
          try bytes.read(into: UnsafeMutableRawBufferPointer(target), at: start)
        }
      }
      #expect(words == "file 'weights' of tensor 'W' cannot be read to its end")
    }
  }
}
