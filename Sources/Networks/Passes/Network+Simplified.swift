extension Network {
  /// The same network with less in it: what frameworks write in several operations becomes one, and
  /// constants go into the weights beside them.
  ///
  /// It computes the same to rounding. Each pass stands by itself; here they follow one another until
  /// none finds anything more, which takes a few rounds at most.
  ///
  /// - Complexity: O(operations + parameters + entries of rearrangements) a round.
  package func simplified() -> Network {
    var network = self
    for _ in 0..<Self.mostRounds {
      let before = network
      // A pass that leaves nothing to compute has found a network that does nothing.
      guard let simpler = try? network.simplifiedOnce() else { break }
      network = simpler
      if network.nodes.count == before.nodes.count,
        zip(network.nodes, before.nodes).allSatisfy({
          $0.parents == $1.parents && $0.operation.name == $1.operation.name
        })
      {
        break
      }
    }
    return network
  }

  private static let mostRounds = 8

  private func simplifiedOnce() throws(NetworkError) -> Network {
    try maskingScores().composingRearrangements().movingFunctionsBeforeRearrangements()
      .movingFactorsBeforeProducts().foldingFactorsOfParts().foldingScales().fusingFunctions()
      .fusingNormalizations()
      .mergingSums()
  }
}
