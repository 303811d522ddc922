internal import DigitalPrices
internal import Quantities
internal import SubstrateCore

/// What events cost, and where.
enum Prices: Hashable, Sendable {
  /// Arithmetic and memories of a process, operation by operation.
  case digital(Arithmetic)
  /// What a chip has been published to take.
  case chip(Chip)

  /// All of them, in the order of the parameter.
  static let all: [Prices] = [
    .digital(.fortyFive), .chip(.trueNorth), .chip(.loihi), .chip(.odin), .chip(.darwin3),
  ]

  /// As the parameter spells it.
  var name: String {
    switch self {
    case .digital(let arithmetic): arithmetic.name
    case .chip(let chip): chip.name
    }
  }

  /// Every work that the figures rest on, each once.
  var sources: [Source] {
    switch self {
    case .digital(let arithmetic): [arithmetic.addition.source]
    case .chip(let chip):
      [
        chip.event.source, chip.activeUpdate?.source, chip.idleUpdate?.source, chip.spike?.source,
        chip.staticPower?.source,
      ].reduce(into: []) { known, source in
        if let source, !known.contains(source) { known.append(source) }
      }
    }
  }
}

/// 32-bit floating-point arithmetic beside the memories of a process.
struct Arithmetic: Hashable, Sendable {
  let name: String
  let technology: Technology
  /// Of two floating-point numbers; a comparison counts as one.
  let addition: Sourced<Joules>
  let multiplication: Sourced<Joules>
  /// Of counters, which are integers.
  let count: Sourced<Joules>

  static let fortyFive = Arithmetic(
    name: "digital-45nm", .fortyFive, addition: 0.9, multiplication: 3.7)

  private init(
    name: String, _ technology: Technology, addition: Double, multiplication: Double
  ) {
    func sourced(_ picojoules: Double) -> Sourced<Joules> {
      Sourced(
        Joules(picojoules * 1e-12), source: technology.source, basis: .projected, boundary: .core)
    }
    self.name = name
    self.technology = technology
    self.addition = sourced(addition)
    self.multiplication = sourced(multiplication)
    count = technology.addition(bits: Self.bits)
  }

  /// Of every number.
  static let bits = 32

  /// Moving one number to or from the smallest memory that holds so many, or one of as many of the largest.
  func word(amongst count: Int) -> (energy: Sourced<Joules>, memory: String) {
    let bits = Double(count * Self.bits)
    let memory =
      technology.sram.first { ($0.capacity?.value ?? .infinity) >= bits } ?? technology.sram.last!
    return (
      Sourced(
        Double(Self.bits) / 64 * memory.energy.value, source: memory.energy.source,
        basis: memory.energy.basis, boundary: memory.energy.boundary),
      memory.name
    )
  }

  /// Whether one memory holds so many numbers.
  func holds(_ count: Int) -> Bool {
    (technology.sram.last!.capacity?.value ?? .infinity) >= Double(count * Self.bits)
  }
}

/// A chip of spiking neurons that works in steps.
struct Chip: Hashable, Sendable {
  let name: String
  /// A spike that arrives at a neuron.
  let event: Sourced<Joules>
  /// A neuron in a step in which a current flows, and in one in which none does.
  var activeUpdate: Sourced<Joules>?
  var idleUpdate: Sourced<Joules>?
  /// A spike, on its way within a tile.
  var spike: Sourced<Joules>?
  /// Drawn all the time.
  var staticPower: Sourced<Watts>?
  /// Neurons of one chip.
  let neurons: Int
  /// Neurons that a spike reaches at the price of `spike`; none where there is no such price.
  var tile: Int?
  /// What is inside its boundary and has not been published, with the reason.
  let unknownParts: [UnknownPart]

  struct UnknownPart: Hashable, Sendable {
    let name: String
    let reason: String
  }

  /// A straight line through published powers of the whole chip: neurons, routing and clock are in it.
  static let trueNorth = Chip(
    name: "truenorth", event: joules(2.297, trueNorthFit, .measured, .chip),
    staticPower: Sourced(
      Watts(64.43e-3), source: trueNorthFit, basis: .measured, boundary: .chip),
    neurons: 1 << 20, unknownParts: [])

  /// Parts of a core before there was silicon: the least that it takes.
  static let loihi = Chip(
    name: "loihi", event: joules(23.6, davies, .simulated, .core),
    activeUpdate: joules(81, davies, .simulated, .core),
    idleUpdate: joules(52, davies, .simulated, .core),
    spike: joules(1.7, davies, .simulated, .core), neurons: 1 << 17, tile: 1 << 12,
    unknownParts: [
      UnknownPart(
        name: "static power",
        reason: "the source gives energies of operations, simulated before there was silicon"),
      UnknownPart(
        name: "barrier between steps", reason: "the source gives how long it takes, and no energy"),
    ])

  /// All that the chip takes at the operating point where it was measured, over its events there.
  static let odin = Chip(
    name: "odin", event: joules(12.7, frenkel, .measured, .chip), neurons: 256,
    unknownParts: [
      UnknownPart(
        name: "static power at other rates",
        reason:
          "the figure includes it at the rate of events where it was measured; at lower rates "
          + "there is more of it for each event")
    ])

  /// What one more event takes.
  static let darwin3 = Chip(
    name: "darwin3", event: joules(5.47, ma, .measured, .core), neurons: 2_350_000,
    unknownParts: [
      UnknownPart(name: "neuron updates", reason: "the source gives what one more event takes"),
      UnknownPart(name: "network on chip", reason: "the source gives what one more event takes"),
      UnknownPart(name: "static power", reason: "the source gives what one more event takes"),
    ])

  private static func joules(
    _ picojoules: Double, _ source: Source, _ basis: Basis, _ boundary: Boundary
  ) -> Sourced<Joules> {
    Sourced(Joules(picojoules * 1e-12), source: source, basis: basis, boundary: boundary)
  }

  /// How long a step takes unless it is set: real time, as TrueNorth runs.
  static let tick = Seconds(1e-3)

  /// How many chips hold so many neurons.
  func count(holding neurons: Int) -> Int { max(1, (neurons + self.neurons - 1) / self.neurons) }

  // MARK: Sources

  static let trueNorthFit = Source(
    key: "merolla2014-fit",
    citation:
      "fitted in this project to powers of the whole chip in P. A. Merolla et al., A million "
      + "spiking-neuron integrated circuit with a scalable communication network and interface, "
      + "Science 345, 668 (2014): 64.43 mW + 2.297 pJ for each synaptic event; 71 mW are published "
      + "for 2^20 neurons of 128 synapses at 20.07 Hz",
    evidence: .derived)

  static let davies = Source(
    key: "davies2018",
    citation: "M. Davies et al., Loihi: a neuromorphic manycore processor with on-chip learning, "
      + "IEEE Micro 38(1), 82 (2018), table 2: simulated before there was silicon, at 0.75 V, the "
      + "least that each takes",
    evidence: .transcribed)

  static let frenkel = Source(
    key: "frenkel2019",
    citation: "C. Frenkel, M. Lefebvre, J.-D. Legat and D. Bol, A 0.086-mm^2 12.7-pJ/SOP "
      + "64k-synapse 256-neuron online-learning digital spiking neuromorphic processor in 28-nm CMOS, "
      + "IEEE Trans. Biomed. Circuits Syst. 13, 145 (2019): 12.7 pJ for each event with all that the "
      + "chip takes, of which 8.43 pJ come with the event",
    evidence: .transcribed)

  static let ma = Source(
    key: "ma2024",
    citation: "D. Ma et al., Darwin3: a large-scale neuromorphic chip with a novel ISA and on-chip "
      + "learning, Natl. Sci. Rev. 11, nwae102 (2024): 5.47 pJ for each synaptic event",
    evidence: .transcribed)
}
