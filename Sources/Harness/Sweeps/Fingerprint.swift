internal import Foundation
internal import Networks
internal import SubstrateCore
internal import Parameters

/// A number that tells values apart: FNV-1a over 64 bits, with lengths before whatever has one.
struct Fingerprint {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private mutating func add(byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

  mutating func add(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      add(byte: UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  mutating func add(_ text: String) {
    add(UInt64(text.utf8.count))
    for byte in text.utf8 { add(byte: byte) }
  }

  private mutating func add(_ numbers: [Float]) {
    add(UInt64(numbers.count))
    for number in numbers { add(UInt64(number.bitPattern)) }
  }

  mutating func add(_ network: Network) {
    // The network's file holds all of it, also what is added to networks later.
    guard let file = try? NetworkFile.encode(network) else {
      preconditionFailure("a network is made of finite numbers and can be written")
    }
    add(UInt64(file.count))
    for byte in file { add(byte: byte) }
  }

  mutating func add(_ samples: Samples) {
    add(UInt64(samples.width))
    add(samples.values)
    add(UInt64(samples.labels?.count ?? 0))
    for label in samples.labels ?? [] { add(UInt64(label)) }
  }

  mutating func add(_ settings: Settings) {
    for parameter in settings.parameters {
      add(parameter.name)
      switch settings.value(parameter.name) {
      case .number(let number)?: add(number.bitPattern)
      case .numbers(let numbers)?:
        add(UInt64(numbers.count))
        for number in numbers { add(number.bitPattern) }
      case .word(let word)?: add(word)
      case nil: add(0)
      }
      // A value by default gives way to one that replaces it.
      add(settings.isGiven(parameter.name) ? 1 : 0)
    }
  }
}
