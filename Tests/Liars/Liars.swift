public import SubstrateCore
internal import Foundation
internal import Networks
internal import Parameters
internal import Quantities
internal import Synchronization

/// A substrate that breaks one law, and says which.
public struct Liar: Sendable, CustomStringConvertible {
  /// The law that it breaks.
  public let law: String
  /// The lie.
  public let substrate: any Substrate

  /// Its name.
  public var description: String { substrate.card.id }

  init(_ law: String, _ id: String, _ lie: (inout Honest) -> Void) {
    self.law = law
    var honest = Honest(id)
    lie(&honest)
    substrate = honest
  }

  /// At least one for each law. What breaks off the process or has no end is among `Wreckers`.
  public static let all: [Liar] = [
    Liar("card", "default-out-of-range") {
      $0.card = Honest.card(
        "default-out-of-range",
        parameters: [
          Parameter("load", .number(from: 1, to: 2), default: .number(3), meaning: "too much")
        ], claims: Claims(temperatureExponent: 1))
    },
    Liar("card", "claims-nothing-real") {
      $0.card = Honest.card(
        "claims-nothing-real",
        claims: Claims(
          temperatureExponent: 1, scalings: [.init("weight", exponent: 1, over: 1...100)]))
    },
    Liar("card", "refuses-everything") {
      $0.card = Honest.card("refuses-everything", meaning: { _ in .refused("not today") })
    },
    Liar("outputs", "too-few-outputs") {
      $0.act = { run, _, _, _ in run.outputs.removeLast() }
    },
    Liar("outputs", "no-number") { $0.act = { run, _, _, _ in run.outputs[0] = .nan } },
    Liar("latency", "no-time") { $0.act = { run, _, _, _ in run.latency = .zero } },
    Liar("latency", "mean-beyond-longest") {
      $0.act = { run, _, _, _ in run.latency = Seconds(2e-9) }
    },
    Liar("headline", "silent-zero") { $0.act = { run, _, _, _ in run.ledger = Ledger() } },
    Liar("cost", "nothing-at-all") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        run.ledger = honestly.ledger(program, times: 0)
        run.limits = []
      }
    },
    Liar("signs", "unsure-of-everything") { honest in
      honest.act = { run, program, _, _ in
        // Its books miss, and nobody can tell.
        for layer in program.network.layers {
          run.ledger.post(
            .dissipated, layer: layer.name, mechanism: "erasure", kind: .predicted, Joules(1e-21),
            standardError: Joules(1), source: .landauer1961, boundary: .device)
        }
      }
    },
    Liar("signs", "floor-of-any-height") {
      $0.act = { run, program, _, _ in
        run.limits = [
          Limit(
            "erasure", kind: .floor, ThermalEnergy(1e9),
            range: ThermalEnergy(0)...ThermalEnergy(.infinity), source: .landauer1961)
        ]
      }
    },
    Liar("signs", "negative-energy") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in run.ledger = honestly.ledger(program, times: -1) }
    },
    Liar("signs", "cold") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        // It makes work of the bath's heat.
        var ledger = honestly.ledger(program, flows: [.recovered])
        for posting in honestly.ledger(program, times: -1, flows: [.dissipated]).postings {
          ledger.post(
            posting.flow, layer: posting.layer, mechanism: posting.mechanism, kind: posting.kind,
            posting.energy, source: posting.source, boundary: posting.boundary)
        }
        ledger.post(
          .drawn, layer: posting(ledger).layer, mechanism: "nothing", kind: .predicted, .zero,
          source: .landauer1961, boundary: .device)
        run.ledger = ledger
      }
    },
    Liar("books", "heat-from-nowhere") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        let more = honestly.ledger(program, times: 0.001, flows: [.dissipated])
        for posting in more.postings { run.ledger.add(posting) }
      }
    },
    Liar("layers", "another-layers-heat") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        // In total the books close.
        let layers = program.network.layers.map(\.name)
        guard layers.count > 1 else { return }
        var ledger = Ledger()
        for posting in honestly.ledger(program).postings {
          let place = layers.firstIndex(of: posting.layer)!
          ledger.add(
            posting, layer: posting.flow == .dissipated ? layers[layers.count - 1 - place] : nil)
        }
        run.ledger = ledger
      }
    },
    Liar("layers", "nobodys-layer") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        run.ledger = honestly.ledger(program, layer: "elsewhere")
      }
    },
    Liar("floors", "below-its-own-floor") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in run.ledger = honestly.ledger(program, times: 0.999) }
    },
    Liar("sources", "sourceless") { honest in
      let honestly = honest
      let hidden = Source(key: "hidden", citation: "somewhere", evidence: .assumed)
      honest.act = { run, program, _, _ in
        run.ledger = honestly.ledger(program, source: hidden)
      }
    },
    Liar("coverage", "forgets-an-operation") {
      $0.act = { run, _, _, _ in run.coverage.removeLast() }
    },
    Liar("coverage", "says-free-where-the-card-says-modelled") {
      $0.act = { run, program, _, _ in
        run.coverage[0] = Coverage(program.network.nodes[1], .free("nobody looks"))
      }
    },
    Liar("settled", "never-settled") { $0.act = { run, _, _, _ in run.verdict = .unsettled } },
    Liar("one-neuron", "needs-company") { honest in
      let usual = honest.prepares
      honest.prepares = { network, conditions, card throws(Refusal) in
        let isAlone = network.layers.count == 1 && network.parameterCount == 2
        // The usual workloads have a lone neuron too, with a weight that is not 1 or -2.
        if isAlone, case .dense(let dense) = network.nodes[1].operation,
          [1, -2].contains(dense.weight[0])
        {
          throw Refusal(.operation, "one neuron; two at least; add one")
        }
        return try usual(network, conditions, card)
      }
    },
    Liar("one-neuron", "void-on-one-neuron") {
      $0.act = { run, program, _, _ in
        if program.network.parameterCount == 2, program.largestWeight == 1 {
          run.verdict = .diverged
        }
      }
    },
    Liar("silent-layer", "divides-by-a-layer") {
      $0.act = { run, program, stream, _ in
        if stream.isSilent { run.latency = Seconds(1e-9 / 0) }
      }
    },
    Liar("same-samples", "divides-by-a-distance") {
      $0.act = { run, _, stream, _ in
        if stream.repeatsItself { run.outputs[0] = 0 / 0 }
      }
    },
    Liar("small-weights", "loses-small-numbers") {
      $0.act = { run, program, _, _ in
        if program.largestWeight < 1e-10 { run.outputs[0] = .nan }
      }
    },
    Liar("large-weights", "settled-at-infinity") {
      $0.act = { run, _, _, _ in
        // Void figures called sound.
        if !run.outputs.allSatisfy(\.isFinite) { run.verdict = .settled }
      }
    },
    Liar("large-inputs", "breaks-on-large-inputs") {
      $0.act = { run, program, stream, _ in
        if program.largestWeight <= 1, stream.samples.values.contains(where: { $0 > 1e20 }) {
          run.latency = Seconds(-1)
        }
      }
    },
    Liar("seed", "throws-dice") {
      $0.act = { run, _, _, _ in run.outputs[0] += Float.random(in: 1...2) }
    },
    Liar("seed", "throws-dice-for-its-limits") {
      $0.act = { run, _, _, _ in
        run.limits = [
          Limit(
            "erasure", kind: .convention, ThermalEnergy(Double.random(in: 0...1)),
            source: .landauer1961)
        ]
      }
    },
    Liar("threads", "whoever-comes-first") {
      $0.act = { run, _, stream, context throws(Cancelled) in
        let order = Mutex<[Int]>([])
        _ = try context.map(blocks: stream.samples.count) { block in
          order.withLock { $0.append(block) }
        }
        if order.withLock({ $0 }).first != 0 { run.outputs[0] += 1 }
      }
    },
    Liar("trials", "cheaper-unobserved") { honest in
      let honestly = honest
      honest.act = { run, program, _, context in
        if context.isTrial { run.ledger = honestly.ledger(program, times: 2) }
      }
    },
    Liar("programs", "wears-out") { honest in
      let usual = honest.prepares
      let worn = Mutex<Set<String>>([])
      honest.prepares = { network, conditions, card throws(Refusal) in
        _ = worn.withLock { $0.remove(network.name) }
        return try usual(network, conditions, card)
      }
      let honestly = honest
      honest.act = { run, program, _, _ in
        let isUsed = worn.withLock { !$0.insert(program.network.name).inserted }
        if isUsed { run.ledger = honestly.ledger(program, times: 3) }
      }
    },
    Liar("cycle", "pays-for-the-first-sample") { honest in
      let honestly = honest
      honest.act = { run, program, stream, _ in
        let first = Double(abs(stream.samples[0].first ?? 0))
        run.ledger = honestly.ledger(program, times: 2 + first)
      }
    },
    Liar("order", "remembers-though-it-denies") { honest in
      let honestly = honest
      honest.act = { run, program, stream, _ in
        let samples = stream.samples
        let way = (0..<samples.count).reduce(0.0) { sum, sample in
          let before = samples[(sample + samples.count - 1) % samples.count]
          return sum + Double(abs(samples[sample].first! - before.first!))
        }
        run.ledger = honestly.ledger(program, times: 2 + way)
      }
    },
    Liar("temperature", "ignores-the-bath") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        let factor = 1000 / program.conditions.temperature.value
        run.ledger = honestly.ledger(program, times: factor)
        run.limits = []
      }
    },
    Liar("scaling", "claims-another-power") { honest in
      let honestly = honest
      honest.act = { run, program, _, _ in
        run.ledger = honestly.ledger(program, times: 1 + program.load)
      }
    },
    Liar("ideal", "never-quite-right") {
      $0.act = { run, _, _, _ in run.outputs = run.outputs.map { $0 * 1.001 + 1e-3 } }
    },
    Liar("declared-operators", "cannot-pool") { honest in
      let usual = honest.prepares
      honest.prepares = { network, conditions, card throws(Refusal) in
        for node in network.nodes {
          if case .pool(let pool) = node.operation, pool.kind == .max, network.inputCount == 8 {
            throw Refusal(.operation, "pools; none here; leave them out")
          }
        }
        return try usual(network, conditions, card)
      }
    },
    Liar("denied-operators", "runs-what-it-denies") {
      $0.prepares = { network, conditions, _ throws(Refusal) in
        Honest.Program(network: network, conditions: conditions)
      }
    },
    Liar("denied-operators", "denies-for-another-reason") { honest in
      let usual = honest.prepares
      honest.prepares = { network, conditions, card throws(Refusal) in
        do throws(Refusal) {
          return try usual(network, conditions, card)
        } catch {
          throw Refusal(.size, error.detail)
        }
      }
    },
    Liar("parameters", "breaks-at-the-end-of-its-range") {
      $0.act = { run, program, _, _ in
        if program.load > 1e5 { run.longestLatency = Seconds(.infinity) }
      }
    },
    Liar("parameters", "has-a-word-it-does-not-know") {
      $0.act = { run, program, _, _ in
        if program.conditions.settings.word("mode") == "odd" { run.outputs = [] }
      }
    },
    Liar("parameters", "knows-matrices-alone-and-breaks-at-an-end") { honest in
      honest.card = Honest.card(
        "knows-matrices-alone-and-breaks-at-an-end",
        meaning: { kind in
          [.input, .dense, .reshape].contains(kind) ? .modelled("bits") : .refused("matrices alone")
        })
      honest.act = { run, program, _, _ in if program.load > 1e5 { run.outputs = [] } }
    },
    Liar("cancellation", "hands-over-half-a-run") { honest in
      let honestly = honest
      honest.act = { run, program, _, context in
        do {
          try context.checkCancellation()
        } catch {
          run.ledger = honestly.ledger(program, times: 1.5)
        }
      }
    },
    Liar("outputs", "gives-up-by-itself") {
      $0.act = { _, _, _, _ throws(Cancelled) in throw Cancelled() }
    },
  ]

  private static func posting(_ ledger: Ledger) -> Ledger.Posting { ledger.postings[0] }
}

extension Ledger {
  /// Enters an entry of another ledger, perhaps for another layer.
  mutating func add(_ posting: Posting, layer: String? = nil) {
    post(
      posting.flow, layer: layer ?? posting.layer, mechanism: posting.mechanism,
      kind: posting.kind, posting.energy, source: posting.source, boundary: posting.boundary)
  }
}

extension SampleStream {
  /// Whether some layer before the last gives nothing at all.
  var isSilent: Bool {
    reference.layers.dropLast().contains { reference.meanSquare(of: $0) == 0 }
  }

  /// Whether a sample is followed by itself.
  var repeatsItself: Bool {
    (1..<samples.count).contains { Array(samples[$0]) == Array(samples[$0 - 1]) }
  }
}

extension Honest.Program {
  var largestWeight: Float {
    network.nodes.reduce(0) { largest, node in
      if case .dense(let dense) = node.operation {
        max(largest, dense.weight.map(abs).max() ?? 0)
      } else {
        largest
      }
    }
  }
}
