internal import DigitalPrices
internal import Foundation
internal import Parameters
internal import Quantities
internal import SubstrateCore

/// The values of the card's parameters.
struct Configuration: Hashable, Sendable {
  /// Rows of an array, and its columns.
  let array: Int
  /// What the devices are like.
  let devices: Devices
  /// Full scale of the rows' voltages.
  let readVoltage: Volts
  /// How long the rows are driven in a read.
  let readTime: Seconds
  /// Bits of a row's voltage, without its sign.
  let inputBits: Int
  /// Bits of a column pair's current, with its sign.
  let outputBits: Int
  /// Full scale of the output converters, over the largest sum of the stream.
  let fullScale: Double
  /// How many machines are programmed.
  let repeats: Int
  /// What a read of an array costs.
  let prices: Prices
  /// What is done in digital costs.
  let technology: Technology

  /// Reads the settings.
  ///
  /// - Throws: `Refusal` with reason `settings` for values that contradict each other, or that would be without
  ///   effect.
  init(_ settings: Settings) throws(Refusal) {
    array = Int(settings.number("array")!)
    devices = try Devices(settings)
    readVoltage = Volts(settings.number("read-voltage")!)
    inputBits = Int(settings.number("dac-bits")!)
    outputBits = Int(settings.number("adc-bits")!)
    fullScale = settings.number("full-scale")!
    repeats = Int(settings.number("repeats")!)
    prices = try Prices(settings)
    readTime = settings.number("read-time").map { Seconds($0) } ?? prices.readTime
    technology = Technology.all.first { $0.name == settings.word("technology") }!
  }

  /// Signed weights that one row of an array holds.
  var weightsPerRow: Int { prices.isOfChip ? array : array / 2 }
}
