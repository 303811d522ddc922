import Foundation
import Networks
import Testing

/// Files as NumPy reads them.
@Suite struct NumPyWritingTests {
  @Test(arguments: [(0, 3), (1, 1), (2, 3), (1000, 7), (10, 123_456)])
  func whatIsWrittenIsRead(rows: Int, columns: Int) throws {
    let values = (0..<rows * columns).map { Float($0) / 7 - 3 }
    let data = NumPyArray.file(of: values, columns: columns)
    let array = try NumPyArray(data)
    #expect(array.shape == [rows, columns])
    #expect(array.values.map { Float($0) } == values)
    // The numbers begin at a multiple of 64 bytes, behind a line feed.
    let start = data.count - 4 * values.count
    #expect(start.isMultiple(of: 64) && data[start - 1] == UInt8(ascii: "\n"))
  }

  @Test func theBytesAreNumPysOwn() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"
    var expected = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0])
    expected += Data((header + String(repeating: " ", count: 117 - header.count) + "\n").utf8)
    // 1 is 0x3f800000, -2 is 0xc0000000.
    expected += Data([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    #expect(NumPyArray.file(of: [1, -2], columns: 2) == expected)
  }

  @Test func numbersThatAreNoneAreKept() throws {
    let data = NumPyArray.file(of: [.nan, .infinity, -.infinity], columns: 3)
    let values = try NumPyArray(data).values
    #expect(values[0].isNaN && values[1] == .infinity && values[2] == -.infinity)
  }
}
