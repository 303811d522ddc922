internal import Networks
public import PhysicalLaws
internal import Quantities
internal import SubstrateCore

extension AdiabaticCMOS: LawAbiding {
  /// What the physics of nodes on ramps, and of computations that are undone, demands.
  public var laws: [Law] { Laws.ramps + Laws.undoing + Laws.circuits }
}

/// The laws of reversible gates on ramps.
enum Laws {
  /// A small network on the machine. Which one does not depend on the seed of the run.
  static func trial(
    _ sizes: [Int] = [3, 6, 5, 4], in context: RunContext
  ) throws(Cancelled) -> Trial<AdiabaticCMOS> {
    let (network, samples) = RandomWorkload.chain(sizes, .relu, samples: 6, seed: 47)
    return try Trial(AdiabaticCMOS(), network, on: samples, in: context)
  }
}

extension Run {
  /// What one mechanism turns into heat, over all layers, in joules.
  func heat(of mechanism: String) -> Double {
    ledger.postings.filter { $0.flow == .dissipated && $0.mechanism == mechanism }
      .reduce(0) { $0 + $1.energy.value }
  }
}
