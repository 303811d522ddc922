import Foundation
import Quantities
import Testing

@Suite struct QuantityTests {
  @Test func roomTemperature() {
    #expect(abs(thermalQuantum(at: Kelvin(300)).value / 4.141947e-21 - 1) < 1e-9)
    let bit = Joules(ThermalEnergy(erasing: Bits(1)), at: Kelvin(300))
    #expect(abs(bit.value / 2.870979e-21 - 1) < 2e-7)
  }

  @Test func conversionsGoBothWays() {
    let energy = Joules(3e-18)
    let back = Joules(ThermalEnergy(energy, at: Kelvin(77)), at: Kelvin(77))
    #expect(abs(back / energy - 1) < 1e-15)
    #expect(abs(Bits(Nats(Bits(5))).value - 5) < 1e-14)
    #expect(abs(ThermalEnergy(erasing: Bits(7)).negentropy.value - 7) < 1e-14)
  }

  @Test func products() {
    #expect(Watts(2) * Seconds(3) == Joules(6))
    #expect(Joules(6) / Seconds(3) == Watts(2))
    #expect(Joules.charging(Farads(2), to: Volts(3)) == Joules(18))
    #expect(Ohms(2) * Farads(3) == Seconds(6))
    #expect(Seconds(cycles: 10, of: Hertz(5)) == Seconds(2))
    #expect(2 * Joules(3) - Joules(1) + -Joules(1) == Joules(4))
    #expect(Joules(6) / Joules(3) == 2)
    #expect(Joules(1) < Joules(2))
  }

  @Test func codedAsBareNumbers() throws {
    let data = try JSONEncoder().encode([Joules(1.5)])
    #expect(String(decoding: data, as: UTF8.self) == "[1.5]")
    #expect(try JSONDecoder().decode([Joules].self, from: data) == [Joules(1.5)])
  }
}
