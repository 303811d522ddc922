import Harness
import Networks
import Quantities
import SubstrateCore
import Synchronization
import Testing
import Parameters

@Suite struct LineupTests {
  private let workload: Workload

  init() throws { workload = try Workload(Tiny.network(), on: Tiny.samples) }

  private func lineup(_ substrates: [FakeSubstrate]) throws(SettingsRefusal) -> Lineup {
    try Lineup(substrates.map { Selection($0) }, for: workload, at: Kelvin(300))
  }

  @Test func allPrepareBeforeAnyRuns() throws {
    let calls = FakeSubstrate.Calls()
    let lineup = try lineup([
      FakeSubstrate(id: "one", calls: calls), FakeSubstrate(id: "two", calls: calls),
    ])
    #expect(calls.all == ["prepare one", "prepare two"])
    _ = try lineup.compare()
    #expect(calls.all == ["prepare one", "prepare two", "run one", "run two"])
  }

  @Test func contradictorySettingsAreTheCallersMistake() {
    let last = FakeSubstrate(id: "last", refusal: Refusal(.settings, "both; one; drop one"))
    #expect(throws: SettingsRefusal.self) { try lineup([FakeSubstrate(), last]) }
  }

  @Test func otherRefusalsAreListed() throws {
    let lineup = try lineup([
      FakeSubstrate(id: "no", refusal: Refusal(.size, "too large; 1; shrink")), FakeSubstrate(),
    ])
    #expect(lineup.count == 1)
    let comparison = try lineup.compare()
    #expect(comparison.results.map(\.substrate) == ["fake"])
    #expect(comparison.refused.map(\.substrate) == ["no"])
    #expect(comparison.refused[0].reason == .size)
    #expect(comparison.refused[0].detail == "too large; 1; shrink")
  }

  @Test func everyBlockRunsOnceWhateverTheThreads() throws {
    let substrate = FakeSubstrate { network, stream, context throws(Cancelled) in
      let parts = try context.map(blocks: 1000) { UInt64($0) &* context.seed }
      var run = FakeSubstrate.faithful(network, stream)
      run.diagnostics = [
        Diagnostic("sum", "sum", .text(String(parts.reduce(0, &+)))),
        Diagnostic("empty", "empty", .number(Double(try context.map(blocks: 0) { $0 }.count))),
      ]
      return run
    }
    let lineup = try lineup([substrate])
    let single = try lineup.compare(seed: 7, threads: 1)
    for threads in [2, 3, 64] {
      #expect(try lineup.compare(seed: 7, threads: threads) == single)
    }
    #expect(try lineup.compare(seed: 8) != single)
    #expect(single.results[0].diagnostics["empty"] == .number(0))
  }

  /// A run that nobody waits for ends between two of its blocks, and is listed; what was done stays.
  @Test(arguments: [1, 3]) func aRunThatIsCancelledIsListed(threads: Int) throws {
    let state = Mutex((isCancelled: false, blocksAfter: 0))
    let endless = FakeSubstrate(id: "endless") { network, stream, context throws(Cancelled) in
      _ = try context.map(blocks: 10_000) { block in
        state.withLock {
          if $0.isCancelled { $0.blocksAfter += 1 }
          if block == 10 { $0.isCancelled = true }
        }
      }
      return FakeSubstrate.faithful(network, stream)
    }
    let lineup = try lineup([FakeSubstrate(id: "first"), endless, FakeSubstrate(id: "after")])
    let comparison = try lineup.compare(
      threads: threads, isCancelled: { state.withLock { $0.isCancelled } })
    #expect(comparison.results.map(\.substrate) == ["first", "after"])
    #expect(comparison.refused.map(\.substrate) == ["endless"])
    #expect(comparison.refused[0].reason == .cancelled)
    // Each other worker may have taken up one block before the word was given, and none after it.
    #expect(state.withLock { $0.blocksAfter } < threads)
  }

  @Test func noiseDependsOnSeedAndIdentityNotOnCompany() throws {
    @Sendable func reveal(
      _ network: Network, _ stream: SampleStream, _ context: RunContext
    ) -> Run {
      var run = FakeSubstrate.faithful(network, stream)
      run.diagnostics = [Diagnostic("seed", "seed", .text(String(context.seed)))]
      return run
    }
    let one = FakeSubstrate(id: "one", act: reveal)
    let two = FakeSubstrate(id: "two", act: reveal)
    let together = try lineup([one, two]).compare(seed: 5)
    let alone = try lineup([two]).compare(seed: 5)
    #expect(together.results[1] == alone.results[0])
    #expect(together.results[0].diagnostics != together.results[1].diagnostics)
    #expect(
      try lineup([two]).compare(seed: 6).results[0].diagnostics != alone.results[0].diagnostics)
  }

  @Test func settingsAreShownWithWhatWasGiven() throws {
    var selection = Selection(FakeSubstrate())
    try selection.settings.set("gain", to: "2.5")
    let result = try Lineup([selection], for: workload, at: Kelvin(300)).compare().results[0]
    #expect(
      result.parameters == ["gain": .number(2.5), "mode": .text("a"), "extra": .none])
    #expect(result.settings.map(\.name) == ["gain", "mode", "extra"])
    #expect(result.settings.map(\.given) == [true, false, false])
  }

  @Test func aWorkloadFits() throws {
    let network = try Tiny.network()
    let three = try Samples(name: "x", width: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(throws: WorkloadError.self) { try Workload(network, on: three) }
    #expect(throws: WorkloadError.self) { try Workload(network, on: Tiny.samples.prefix(1)) }
    let beyond = try Tiny.samples.labelled([0, 1, 2, 0])
    #expect(throws: WorkloadError.self) { try Workload(network, on: beyond) }
  }

  @Test func aNetworkThatOverflowsIsRefused() throws {
    let dense = try Dense(inputs: 1, weight: [3e38], bias: [0])
    let network = try Network(
      named: "huge", layers: Array(repeating: dense, count: 9), activation: nil)
    let samples = try Samples(name: "x", width: 1, values: [1, 2])
    let lineup = try Lineup(
      [Selection(FakeSubstrate())], for: Workload(network, on: samples), at: Kelvin(300))
    let error = #expect(throws: WorkloadError.self) { try lineup.compare() }
    #expect(error?.description.contains("an output that is infinite on sample 1 of 'x'") == true)
  }

  @Test func aNetworkWithAnOutputThatIsNoNumberIsRefused() throws {
    var builder = Network.Builder(input: Shape(vector: 1))
    try builder.add(.activation(.squareRoot), named: "root", reading: [Network.Builder.input])
    let samples = try Samples(name: "x", width: 1, values: [4, -1])
    let lineup = try Lineup(
      [Selection(FakeSubstrate())],
      for: Workload(builder.network(named: "root", output: "root"), on: samples), at: Kelvin(300))
    let error = #expect(throws: WorkloadError.self) { try lineup.compare() }
    #expect(error?.description.contains("an output that is no number on sample 2 of 'x'") == true)
  }
}
