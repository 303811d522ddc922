import Foundation
import Quantities
import Testing

@testable import AdiabaticCMOS

/// A node on a ramp, against figures that were found elsewhere.
@Suite struct RampedNodeTests {
  private let node = RampedNode(
    capacitance: Farads(1e-15), resistance: Ohms(1e4), swing: Volts(1))

  @Test func heatOfARamp() {
    #expect(relativeError(node.heat(of: Seconds(100e-12)).value, 9.0000454e-17) < 1e-8)
    #expect(relativeError(node.abruptHeat.value, 0.5e-15) < 1e-12)
    #expect(relativeError(node.heat(of: Seconds(1e-5)).value, 1e-21) < 2e-6)
    #expect(relativeError(node.timeConstant.value, 1e-11) < 1e-12)
    // √(k_BT/C) = 2.035 mV at 300 K, and half a volt to the threshold.
    #expect(relativeError(node.margin(at: Kelvin(300)), 0.5 / (4.141947e-6).squareRoot()) < 1e-7)
  }

  /// The mean of e^(-x s) over a triangle of weights 1 - s, by Simpson's rule.
  @Test(arguments: [0, 1e-6, 1e-3, 0.3, 0.499, 0.501, 2, 30]) func lossesAreMeansOfExponentials(
    _ x: Double
  ) {
    func simpson(_ function: (Double) -> Double) -> Double {
      let count = 2000
      return (0...count).reduce(0) { sum, index in
        let s = Double(index) / Double(count)
        let weight: Double = index == 0 || index == count ? 1 : index.isMultiple(of: 2) ? 2 : 4
        return sum + weight * function(s)
      } / Double(3 * count)
    }
    #expect(relativeError(RampLoss.share(x), simpson { (1 - $0) * exp(-x * $0) }) < 1e-9)
    #expect(relativeError(RampLoss.slope(x), simpson { -$0 * (1 - $0) * exp(-x * $0) }) < 1e-9)
    // ln of the lag's own mean, and how fast it falls.
    let lag = simpson { exp(-x * $0) }
    #expect(abs(RampLoss.phase(x, settled: 0.01) - x - max(0, log(lag / 0.01))) < 1e-9)
    let fall = simpson { -$0 * exp(-x * $0) } / lag
    #expect(abs(RampLoss.phaseSlope(x, settled: 1e-9) - 1 - fall) < 1e-9)
  }

  @Test func waitsUntilANodeIsThere() {
    // Abrupt: e^-t = 0.01. From 100 RC on the lag is less than a hundredth.
    #expect(relativeError(node.phase(of: .zero).value, 1e-11 * log(100)) < 1e-12)
    #expect(node.phase(of: Seconds(1e-9)).value == 1e-9)
    #expect(node.phase(of: Seconds(0.9e-9)).value > 0.9e-9)
  }

  /// c = C² V² R = 1e-26 J s with RC = 1 fs, so short that the limit of slow ramps holds to 1e-6.
  @Test func bestRampOfOneNode() throws {
    let quick = RampedNode(capacitance: Farads(1e-15), resistance: Ohms(1), swing: Volts(100))
    let ramp = OptimalRamp(quick, transitions: 1, nodeRamps: 1, leakage: Watts(1e-9))
    let best = try #require(ramp.duration)
    #expect(relativeError(best.value, 3.1622776602e-9) < 1e-6)
    #expect(relativeError(ramp.energy(at: best).value, 6.3245553203e-18) < 1e-6)
    #expect(abs(ramp.slope(at: best)) < 1e-6)
    #expect(OptimalRamp(quick, transitions: 1, nodeRamps: 1, leakage: .zero).duration == nil)
  }
}

/// The circuits that are counted, against arithmetic and entropies found elsewhere.
@Suite struct NetlistTests {
  private func circuit(
    inputs: Int, _ draw: (inout Netlist, [Netlist.Wire]) -> [Netlist.Wire]
  ) -> Netlist {
    var circuit = Netlist(inputs: inputs)
    circuit.outputs = draw(&circuit, circuit.inputs(0..<inputs))
    return circuit
  }

  @Test func entropiesOfWholeMaps() {
    let nand = circuit(inputs: 2) { [~$0.and($1[0], $1[1])] }
    let xor = circuit(inputs: 2) { [$0.xor($1[0], $1[1])] }
    let halfAdder = circuit(inputs: 2) { [$0.xor($1[0], $1[1]), $0.and($1[0], $1[1])] }
    let fullAdder = circuit(inputs: 3) {
      let added = $0.fullAdder($1[0], $1[1], $1[2])
      return [added.sum, added.carry]
    }
    for (circuit, bits) in [
      (nand, 1.188722), (xor, 1), (halfAdder, 0.5), (fullAdder, 1.188722),
      (.multiplier(4, 4), 1.912084), (.multiplier(8, 8), 2.294521), (.exclusiveOrOfNands, 1),
    ] {
      #expect(abs(circuit.bitsLostAsAWhole.value - bits) < 5.1e-7)
    }
    // The price of building it of parts.
    let parts = Netlist.exclusiveOrOfNands
    #expect(abs(parts.bitsLostByGates.value - 3.066166) < 5.1e-7)
    #expect(
      abs(parts.bitsLostByGates.value - parts.bitsLostAsAWhole.value - 2.066166) < 5.1e-7)
    #expect(abs(nand.bitsLostByGates.value - nand.bitsLostAsAWhole.value) < 1e-12)
  }

  /// Every pair of operands, one run at a time.
  private func check(
    _ circuit: Netlist, _ first: Int, _ second: Int, _ result: (Int, Int) -> Int
  ) {
    var wrong = 0
    for a in 0..<(1 << first) {
      for b in 0..<(1 << second) {
        let inputs =
          (0..<first).map { UInt64(a >> $0 & 1) } + (0..<second).map { UInt64(b >> $0 & 1) }
        let number = circuit.values(inputs).enumerated().reduce(0) {
          $0 | Int($1.element & 1) << $1.offset
        }
        if number != result(a, b) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test func circuitsComputeWhatTheyAreCountedFor() {
    check(.multiplier(4, 4), 4, 4, *)
    check(.multiplier(5, 3), 5, 3, *)
    check(.multiplier(3, 1), 3, 1, *)
    check(.adder(width: 4), 4, 4) { ($0 + $1) % 16 }
    check(.greater(width: 4), 4, 4, max)
    check(.choice(width: 3), 1, 6) { $0 == 1 ? $1 % 8 : $1 / 8 }
    // 7 bits with a sign to 3 without.
    check(.saturation(width: 7, bits: 3), 7, 0) { number, _ in
      min(max(number < 64 ? number : number - 128, 0), 7)
    }
  }

  @Test func gatesByFormula() {
    #expect(Netlist.multiplier(8, 8).gateCount == 64 + 56 * 5)
    #expect(Netlist.multiplier(32, 31).gateCount == 32 * 31 + 32 * 30 * 5)
    #expect(Netlist.adder(width: 32).gateCount == 160)
    #expect(Netlist.greater(width: 8).gateCount == 7 * 8)
    #expect(Netlist.choice(width: 32).gateCount == 96)
    #expect(Netlist.saturation(width: 32, bits: 8).gateCount == 22 + 16)
  }

  /// A sum's bit i waits for 2i + 1 gates of carries and one more. A tree in which low bits go ahead takes two
  /// gates more for each level, not twice the time.
  @Test func carriesRipple() {
    let adder = Netlist.adder(width: 16)
    #expect(adder.arrivals(Array(repeating: 0, count: 32)) == (0..<16).map { 2 * $0 + 2 })
    let late = adder.arrivals(Array(repeating: 5, count: 32))
    #expect(late[0] == 7 && late.last! > 32)
    let toolbox = Toolbox(bits: 8, accumulatorBits: 32)
    let one = toolbox.sum(toolbox.fromRegister, count: 2).max()!
    let eight = toolbox.sum(toolbox.fromRegister, count: 256).max()!
    #expect(one == 64 && eight <= 64 + 7 * 3)
  }
}

/// Schedules of runs, against a game of pebbles that is played out.
@Suite struct ScheduleTests {
  /// Bennett's recursion as a list of moves: segments are done or undone.
  private func moves(_ first: Int, _ k: Int, _ n: Int) -> [(segment: Int, isForward: Bool)] {
    guard n > 0 else { return [(first, true)] }
    let width = Int(pow(Double(k), Double(n - 1)))
    let blocks = (0..<k).map { moves(first + $0 * width, k, n - 1) }
    let back = blocks.dropLast().reversed().flatMap { block in
      block.reversed().map { ($0.segment, !$0.isForward) }
    }
    return blocks.flatMap { $0 } + back
  }

  @Test(arguments: [
    (2, 1, 2, 3, 2), (2, 3, 8, 27, 4), (4, 3, 64, 343, 10), (3, 3, 27, 125, 7), (7, 1, 7, 13, 7),
  ])
  func pebbles(_ k: Int, _ n: Int, _ segments: Int, _ runs: Int, _ checkpoints: Int) {
    let layers = (0..<segments).map { Schedule.Layer(ramps: 3 + $0 % 4, bits: 1 + $0 % 3) }
    let schedule = Schedule(layers, .pebbling(k: k, n: n))
    var pebbled: Set<Int> = []
    var (count, most, mostBits, ramps) = (0, 0, 0, 0)
    var held = [Int](repeating: 0, count: segments)
    var counts = held
    for (segment, isForward) in moves(0, k, n) {
      // A pebble is put down or taken up only behind another.
      #expect(segment == 0 || pebbled.contains(segment - 1))
      #expect(pebbled.contains(segment) != isForward)
      if isForward { pebbled.insert(segment) }
      for other in pebbled { held[other] += layers[segment].ramps }
      most = max(most, pebbled.count)
      mostBits = max(mostBits, pebbled.reduce(0) { $0 + layers[$1].bits })
      if !isForward { pebbled.remove(segment) }
      ramps += layers[segment].ramps
      count += 1
      counts[segment] += 1
    }
    #expect(pebbled == [segments - 1])
    #expect((count, most) == (runs, checkpoints))
    #expect(schedule.segments == segments)
    #expect(schedule.segmentRuns == runs && schedule.checkpoints == checkpoints)
    #expect(schedule.runs == counts && schedule.ramps == ramps)
    #expect(schedule.heldRamps == held && schedule.mostBits == mostBits)
    #expect(schedule.isKept == (0..<segments).map { $0 == segments - 1 })
  }

  @Test func segmentsOfSeveralLayers() {
    let layers = Array(repeating: Schedule.Layer(ramps: 1, bits: 1), count: 7)
    // 7 layers as 1, 2, 2 and 2; all but the last of each are undone in each run of it.
    let schedule = Schedule(layers, .pebbling(k: 2, n: 2))
    #expect(schedule.segmentRuns == 9 && schedule.checkpoints == 3)
    #expect(schedule.runs == [4, 4, 2, 4, 2, 2, 1])
    #expect(schedule.isKept == (0..<7).map { $0 == 6 })
    // Undoing with all in between at hand is pebbling of one level.
    let undone = Schedule(layers, .computeCopyUncompute)
    #expect(undone == Schedule(layers, .pebbling(k: 7, n: 1)))
    #expect(undone.runs == [2, 2, 2, 2, 2, 2, 1] && undone.checkpoints == 7)
    let kept = Schedule(layers, .keepGarbage)
    #expect(kept.runs == Array(repeating: 1, count: 7) && kept.isKept.allSatisfy { $0 })
    #expect(kept.heldRamps == [7, 6, 5, 4, 3, 2, 1])
  }
}
