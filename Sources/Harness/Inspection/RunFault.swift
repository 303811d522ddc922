internal import Foundation
package import Networks
package import Quantities
package import SubstrateCore

/// What is wrong with what a substrate handed over for a run, whatever it is a model of.
package struct RunFault: Sendable, Hashable {
  /// What had to be.
  package let expected: String
  /// What is.
  package let seen: String

  package init(expected: String, seen: String) {
    self.expected = expected
    self.seen = seen
  }
}

/// A run beside the card and the network that it belongs to: what can be checked without another run.
///
/// Each check gives the first fault it finds. None asks for anything that a sound model of a machine could not
/// give; allowances are those that the run itself (standard errors) or the card (`booksError`) states.
package struct RunInspection: Sendable {
  let run: Run
  let card: Card
  let nodes: [Network.Node]
  let layers: [Network.Layer]
  let outputCount: Int
  let samples: Int
  let temperature: Kelvin

  /// A run of a network on so many samples.
  package init(
    _ run: Run, of card: Card, _ network: Network, samples: Int, at temperature: Kelvin
  ) {
    self.run = run
    self.card = card
    nodes = network.nodes
    layers = network.layers
    outputCount = network.outputCount
    self.samples = samples
    self.temperature = temperature
  }

  /// Numerical rounding of sums of many terms, relative.
  package static let rounding = 1e-9

  /// So many standard errors are chance.
  package static let mostSigmas = 5.0

  // MARK: What came out

  /// As many outputs as are due, all finite unless the verdict says that the run is void.
  package var outputs: RunFault? {
    let due = samples * outputCount
    guard run.repeats > 0, run.outputs.count == run.repeats * due else {
      return RunFault(
        expected: "\(due) outputs"
          + (run.repeats == 1 ? "" : " of each of \(run.repeats) machines"),
        seen: "\(run.outputs.count)")
    }
    guard run.verdict != .diverged,
      let bad = run.outputs.firstIndex(where: { !$0.isFinite })
    else { return nil }
    return RunFault(
      expected: "finite outputs, or the verdict 'diverged'",
      seen:
        "output \(bad % outputCount + 1) of sample \(bad / outputCount % samples + 1) is \(run.outputs[bad]), "
        + "verdict '\(run.verdict.rawValue)'")
  }

  /// Time passes: the mean latency is positive, finite, and at most the longest.
  package var latency: RunFault? {
    let (mean, longest) = (run.latency.value, run.longestLatency.value)
    // The mean of many that are all the longest may exceed it by rounding.
    guard mean > 0, mean.isFinite, longest.isFinite, mean <= longest * (1 + Self.rounding) else {
      return RunFault(
        expected: "0 < mean latency <= longest latency",
        seen: "\(figure(mean)) s and \(figure(longest)) s")
    }
    return nil
  }

  // MARK: Energies

  private var headline: [Ledger.Posting] {
    run.ledger.postings.filter { $0.kind == run.energyKind }
  }

  /// How much energy goes through the machine, either way; where there is hardly any, k_B T, in which a machine
  /// that does nothing rounds.
  private func handled(_ postings: [Ledger.Posting]) -> Double {
    let sum = postings.reduce(0) { $1.flow == .transferred ? $0 : $0 + abs($1.energy.value) }
    return max(sum / 2, thermalQuantum(at: temperature).value)
  }

  /// The standard error of a sum, as if its terms were independent.
  private func error(_ postings: [Ledger.Posting]) -> Double {
    postings.reduce(0) { sum, posting in
      let error = posting.standardError?.value ?? 0
      return sum + error * error
    }.squareRoot()
  }

  /// Something is drawn of the kind that the row is headed by.
  package var headlineIsThere: RunFault? {
    guard run.verdict != .diverged, !headline.contains(where: { $0.flow == .drawn }) else {
      return nil
    }
    return RunFault(
      expected: "energy drawn of the kind '\(run.energyKind.rawValue)', which heads the row",
      seen: "none in the ledger")
  }

  /// Nothing is negative that cannot be: what is drawn, recovered and, over a cycle, dissipated; limits; errors.
  package var signs: RunFault? {
    guard run.verdict != .diverged else { return nil }
    for posting in run.ledger.postings {
      let name = "\(posting.flow.rawValue), \(posting.mechanism) of \(posting.layer)"
      // Otherwise it would excuse anything.
      if let error = posting.standardError,
        !(error.value >= 0
          && error.value <= handled(run.ledger.postings.filter { $0.kind == posting.kind }))
      {
        return RunFault(
          expected: "a standard error from 0 to the energy that is handled",
          seen: "\(figure(error.value)) J (\(name))")
      }
      if let range = posting.range, !range.contains(posting.energy) {
        return RunFault(
          expected: "an energy within its own range",
          seen: "\(figure(posting.energy.value)) J, range \(figure(range.lowerBound.value)) to "
            + "\(figure(range.upperBound.value)) J (\(name))")
      }
      guard posting.flow == .drawn || posting.flow == .recovered, posting.energy < .zero,
        posting.energy.value < -Self.mostSigmas * (posting.standardError?.value ?? 0)
      else { continue }
      return RunFault(
        expected: "what flows in its direction as a positive energy",
        seen: "\(figure(posting.energy.value)) J (\(name))")
    }
    for kind in Kind.allCases {
      let postings = run.ledger.postings.filter { $0.kind == kind }
      let heat = run.ledger.total(.dissipated, kind).value
      let slack = (Self.rounding + card.claims.booksError) * handled(postings)
      if heat < -slack - Self.mostSigmas * error(postings.filter { $0.flow == .dissipated }) {
        return RunFault(
          expected: "heat of at least 0 over the cyclic stream",
          seen: "\(figure(heat)) J of the kind '\(kind.rawValue)'")
      }
    }
    for limit in run.limits {
      let range = limit.range ?? limit.energy...limit.energy
      let error = limit.standardError?.value ?? 0
      guard range.contains(limit.energy), range.lowerBound.value.isFinite,
        range.upperBound.value.isFinite, error >= 0, error.isFinite
      else {
        return RunFault(
          expected: "limits within finite ranges of their own", seen: "'\(limit.name)' is not")
      }
    }
    for limit in run.limits where limit.energy.value < 0 {
      return RunFault(
        expected: "limits of at least 0",
        seen: "'\(limit.name)' is \(figure(limit.energy.value)) k_BT")
    }
    return nil
  }

  /// The first law over the whole machine: drawn = recovered + stored + dissipated, for each kind.
  package var books: RunFault? {
    guard run.verdict != .diverged else { return nil }
    for kind in Kind.allCases {
      let postings = run.ledger.postings.filter { $0.kind == kind }
      let residual = run.ledger.residual(kind).value
      let slack = (Self.rounding + card.claims.booksError) * handled(postings)
      guard abs(residual) > slack + Self.mostSigmas * error(postings) else { continue }
      return RunFault(
        expected: "drawn - recovered - stored - dissipated = 0, to \(figure(slack)) J",
        seen: "\(figure(residual)) J of the kind '\(kind.rawValue)'")
    }
    return nil
  }

  /// The first law of every layer, where a layer may hand energy on, and no layer but the network's own and its
  /// boundary.
  package var layerBooks: RunFault? {
    guard run.verdict != .diverged else { return nil }
    let known = Set(layers.map(\.name) + ["inputs", "outputs", "machine"])
    if let posting = run.ledger.postings.first(where: { !known.contains($0.layer) }) {
      return RunFault(
        expected: "layers of the network, 'inputs', 'outputs' or 'machine'",
        seen: "an energy of layer '\(posting.layer)'")
    }
    for layer in known.sorted() {
      let own = headline.filter { $0.layer == layer }
      let onward = headline.filter { $0.origin == layer }
      func sum(_ flow: Flow) -> Double {
        own.reduce(0) { $1.flow == flow ? $0 + $1.energy.value : $0 }
      }
      let given = sum(.drawn) + sum(.transferred)
      let spent = sum(.recovered) + sum(.stored) + sum(.dissipated)
      let residual = given - spent - onward.reduce(0) { $0 + $1.energy.value }
      let through = (own + onward).reduce(0) { $0 + abs($1.energy.value) } / 2
      // One layer's errors may cancel in the whole; each has its own claim of them.
      let slack =
        (Self.rounding + card.claims.booksError) * max(through, handled(headline) / 10)
        + Self.mostSigmas * error(own + onward)
      if abs(residual) > slack {
        return RunFault(
          expected:
            "what layer '\(layer)' is given less what it spends and hands on = 0, to \(figure(slack)) J",
          seen: "\(figure(residual)) J")
      }
    }
    return nil
  }

  /// No energy lies below a limit of kind `floor` that the substrate states for itself. Conventions are no
  /// bounds, and are not compared.
  package var floors: RunFault? {
    guard run.verdict == .settled, headlineIsThere == nil else { return nil }
    let energy = run.ledger.work(run.energyKind).value
    let flows = headline.filter { $0.flow == .drawn || $0.flow == .recovered }
    let slack = Self.mostSigmas * error(flows) + Self.rounding * handled(headline)
    for limit in run.limits where limit.kind == .floor {
      let floor = Joules(limit.range?.lowerBound ?? limit.energy, at: temperature)
      let chance = Joules(limit.standardError ?? .zero, at: temperature).value * Self.mostSigmas
      if energy < floor.value - slack - chance {
        return RunFault(
          expected: "at least the floor '\(limit.name)', \(figure(floor.value)) J",
          seen: "\(figure(energy)) J")
      }
    }
    return nil
  }

  // MARK: What is said of it

  /// Whatever a figure rests on is on the card, with a citation.
  package var sources: RunFault? {
    for source in run.ledger.postings.map(\.source) + run.limits.map(\.source) {
      if source.citation.isEmpty || source.key.isEmpty {
        return RunFault(expected: "sources with a key and a citation", seen: "'\(source.key)'")
      }
      if !card.sources.contains(source) {
        return RunFault(
          expected: "every source of a figure on the card", seen: "'\(source.key)' is not there")
      }
    }
    return nil
  }

  /// Every operation is accounted for once, as the card has it, and every part without a figure once.
  package var coverage: RunFault? {
    var parts: Set<String> = []
    for entry in run.coverage {
      guard case .unknown(let reason) = entry.status else { continue }
      if reason.isEmpty || entry.operation.isEmpty || !parts.insert(entry.operation).inserted {
        return RunFault(
          expected: "parts without a figure named once each, with a reason",
          seen: "'\(entry.operation)': '\(reason)'")
      }
    }
    for node in nodes.dropFirst() {
      let entries = run.coverage.filter { $0.operation == node.name && !$0.isPart }
      guard entries.count == 1 else {
        return RunFault(
          expected: "operation '\(node.name)' accounted for once", seen: "\(entries.count) times")
      }
      let isAsOnCard =
        switch (card.meaning(node.operation.kind), entries[0].status) {
        case (.modelled, .modelled), (.free, .free), (.unmodelled, .unmodelled): true
        default: false
        }
      if !isAsOnCard {
        return RunFault(
          expected: "'\(node.name)' as the card has \(node.operation.kind.rawValue): "
            + "\(card.meaning(node.operation.kind))", seen: "\(entries[0].status)")
      }
    }
    return nil
  }
}

extension Coverage {
  /// Whether it is a part of the machine without a figure, not an operation.
  package var isPart: Bool { if case .unknown = status { true } else { false } }
}

extension Ledger.Posting {
  /// What handed over an energy that is `transferred`.
  fileprivate var origin: String? {
    flow == .transferred ? String(mechanism.trimmingPrefix("from ")) : nil
  }
}

/// A number in words: four digits are enough to see what is wrong.
private func figure(_ number: Double) -> String { String(format: "%.4g", number) }
