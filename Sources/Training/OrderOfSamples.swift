internal import StochasticThermodynamics

/// The order in which samples are met, another in every epoch.
struct OrderOfSamples {
  private(set) var places: [Int]
  private var generator: SeededGenerator

  init(_ count: Int, seed: UInt64, index: Int) {
    places = Array(0..<count)
    generator = SeededGenerator(seed: seed, purpose: "order", index: index)
  }

  mutating func shuffle() { places.shuffle(using: &generator) }
}
