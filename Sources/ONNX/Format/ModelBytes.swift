internal import Foundation

/// The bytes of a model, in memory or in a file of which no more is held than is being looked at.
///
/// A file is not mapped: one that is cut while it is read is refused, where a mapped one would end the
/// program. Single bytes come out of a page that is kept, so that a message costs as many reads as it has
/// pages. Whatever is large is read straight to where it stays.
final class ModelBytes {
  /// Bytes of the page: few, as tensors here and there in a file each turn it.
  static let pageSize = 1 << 14
  /// The most that is read at once; not every system takes more than an `Int32` says.
  private static let mostAtOnce = 1 << 30

  private enum Storage {
    case memory(Data)
    case file(Int32)
  }

  /// How many there are. A file that grows later has no more.
  let count: Int
  private let storage: Storage
  /// What these bytes are in messages.
  private let title: String
  private let page: UnsafeMutableRawPointer
  /// The part that the page holds.
  private var pageStart = 0
  private var pageCount = 0

  /// Bytes that are there.
  init(_ data: Data) {
    count = data.count
    storage = .memory(data)
    title = "it"
    page = .allocate(byteCount: Self.pageSize, alignment: 16)
  }

  /// A file, which is closed with this.
  ///
  /// - Parameters:
  ///   - descriptor: of a regular file that is open for reading.
  ///   - count: its size.
  ///   - title: what it is in messages.
  init(file descriptor: Int32, count: Int, title: String) {
    self.count = count
    storage = .file(descriptor)
    self.title = title
    page = .allocate(byteCount: Self.pageSize, alignment: 16)
  }

  deinit {
    page.deallocate()
    if case .file(let descriptor) = storage { close(descriptor) }
  }

  /// The file at a path. A pipe, which can be read only once, is read whole.
  convenience init(at path: String) throws(ONNXError) {
    let refusal = ONNXError.damaged("the system cannot read it")
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refusal }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      do {
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.init(try file.readToEnd() ?? Data())
        return
      } catch {
        throw refusal
      }
    }
    self.init(file: descriptor, count: Int(status.st_size), title: "it")
  }

  // MARK: Single bytes

  /// A byte, which must be there.
  @inline(__always)
  func byte(at place: Int) throws(ONNXError) -> UInt8 {
    if !isOnPage(place, 1) { try turn(to: place) }
    return page.load(fromByteOffset: place &- pageStart, as: UInt8.self)
  }

  /// A number's bytes, the lowest first; they must be there.
  @inline(__always)
  func number<Number: FixedWidthInteger>(at place: Int) throws(ONNXError) -> Number {
    if !isOnPage(place, MemoryLayout<Number>.size) { try turn(to: place) }
    return Number(
      littleEndian: page.loadUnaligned(fromByteOffset: place &- pageStart, as: Number.self))
  }

  /// A text, if it is one.
  func text(_ range: Range<Int>) throws(ONNXError) -> String? {
    guard range.count <= Self.pageSize else {
      let bytes = try Self.array(of: UInt8.self, range.count) { target throws(ONNXError) in
        try read(into: UnsafeMutableRawBufferPointer(target), at: range.lowerBound)
      }
      return String(validating: bytes, as: UTF8.self)
    }
    if !isOnPage(range.lowerBound, range.count) { try turn(to: range.lowerBound) }
    return String(
      validating: UnsafeRawBufferPointer(
        start: page + (range.lowerBound - pageStart), count: range.count),
      as: UTF8.self)
  }

  @inline(__always)
  private func isOnPage(_ place: Int, _ size: Int) -> Bool {
    place >= pageStart && place &- pageStart <= pageCount &- size
  }

  /// Lets the page begin at a place.
  @inline(never)
  private func turn(to place: Int) throws(ONNXError) {
    precondition(place >= 0 && place <= count, "a place of the model")
    let wanted = min(Self.pageSize, count - place)
    pageCount = 0
    try fetch(UnsafeMutableRawBufferPointer(start: page, count: wanted), place)
    (pageStart, pageCount) = (place, wanted)
  }

  // MARK: Many bytes

  /// Reads as many bytes as there is room for; they must be there.
  func read(into target: UnsafeMutableRawBufferPointer, at place: Int) throws(ONNXError) {
    precondition(place >= 0 && target.count <= count - place, "a part of the model")
    guard target.count > 0 else { return }
    if isOnPage(place, target.count) {
      target.copyMemory(
        from: UnsafeRawBufferPointer(start: page + (place - pageStart), count: target.count))
    } else {
      try fetch(target, place)
    }
  }

  private func fetch(
    _ target: UnsafeMutableRawBufferPointer, _ place: Int
  ) throws(ONNXError) {
    switch storage {
    case .memory(let data):
      data.withUnsafeBytes {
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + target.count]))
      }
    case .file(let descriptor):
      var done = 0
      while done < target.count {
        let part = pread(
          descriptor, target.baseAddress! + done, min(target.count - done, Self.mostAtOnce),
          off_t(place + done))
        if part < 0, errno == EINTR { continue }
        // It had so many bytes when it was opened.
        guard part > 0 else { throw .damaged("\(title) cannot be read to its end") }
        done += part
      }
    }
  }

  /// An array that is filled where it stays.
  static func array<Number: BitwiseCopyable>(
    of type: Number.Type, _ count: Int,
    _ fill: (UnsafeMutableBufferPointer<Number>) throws(ONNXError) -> Void
  ) throws(ONNXError) -> [Number] {
    var failure: ONNXError?
    let numbers = [Number](unsafeUninitializedCapacity: count) { target, initialized in
      do throws(ONNXError) {
        try fill(UnsafeMutableBufferPointer(rebasing: target[..<count]))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return numbers
  }
}
