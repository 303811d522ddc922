import SubstrateCore
import SubstrateLaws
import Substrates
import Testing

/// The registry times the laws, and nothing else.
@Suite struct RegistryTests {
  @Test(arguments: registry.map(\.card.id)) func keepsEveryLaw(_ id: String) throws {
    let substrate = try #require(registry.first { $0.card.id == id })
    #expect(Conformance(of: substrate, patience: .seconds(120)).violations == [])
  }
}
