import Networks
import Testing

/// That the random networks hold what the tests believe of them.
@Suite struct RandomOperationsTests {
  @Test func everythingOccurs() throws {
    var kinds: Set<Networks.Operation.Kind> = []
    var functions: Set<String> = []
    var sorts: Set<String> = []
    for seed in EngineTests.seeds where seed >= 24 {
      let network = try randomNetwork(seed: seed)
      for node in network.nodes {
        kinds.insert(node.operation.kind)
        let parents = node.parents.map { network.nodes[$0].shape }
        switch node.operation {
        case .dense(let dense) where node.shape.count > dense.outputs: sorts.insert("runs")
        case .activation(let function): functions.insert(function.name)
        case .convolution(let convolution):
          let window = convolution.window
          let name = convolution.isTransposed ? "transposed" : "convolution"
          sorts.insert("\(name) of \(window.axes.count) axes")
          if convolution.groups > 1 { sorts.insert("\(name), groups") }
          if convolution.groups == 1, convolution.inputChannels > 1 {
            sorts.insert("\(name), full")
          }
          if node.shape.dimensions.count > window.axes.count + 1 {
            sorts.insert("\(name), repeats")
          }
          for axis in window.axes {
            if axis.stride > 1 { sorts.insert("\(name), stride") }
            if axis.dilation > 1, axis.kernel > 1 { sorts.insert("\(name), dilation") }
            if axis.before != axis.after { sorts.insert("\(name), uneven pads") }
          }
        case .pool(let pool):
          sorts.insert("\(pool.kind.rawValue) pool")
          if pool.countsPadding, pool.kind == .mean { sorts.insert("mean with padding") }
          if pool.window.table().contains(-1) { sorts.insert("pool, padding") }
        case .rearrange(let rearrangement):
          if rearrangement.indices.contains(where: { $0 < 0 }) { sorts.insert("constants") }
          if Set(node.parents).count < node.parents.count { sorts.insert("parent twice") }
          if Set(node.parents).count > 1 { sorts.insert("several parents") }
          if Set(rearrangement.indices).count < rearrangement.indices.count {
            sorts.insert("repeats")
          }
          if parents.allSatisfy({ $0.count > node.shape.count }) { sorts.insert("slice") }
        default: break
        }
      }
      for layer in network.layers where layer.sources == [.input] {
        let linear = layer.nodes.filter { network.nodes[$0].operation.isLinear }
        if linear.count > 1 { sorts.insert("a linear way") }
      }
      let members = network.layers.flatMap(\.nodes)
      if Set(members).count < members.count { sorts.insert("wires of several layers") }
    }
    #expect(kinds == Set(Networks.Operation.Kind.allCases))
    #expect(functions == Set(RandomOperations.functions.map(\.name)))
    let ofConvolutions = [
      "of 1 axes", "of 2 axes", ", groups", ", full", ", repeats", ", stride", ", dilation",
      ", uneven pads",
    ].flatMap { sort in
      ["convolution", "transposed"].map { sort.hasPrefix(",") ? $0 + sort : "\($0) \(sort)" }
    }
    let expected = Set(
      ofConvolutions + [
        "runs", "max pool", "mean pool", "sum pool", "mean with padding", "pool, padding",
        "constants", "parent twice", "several parents", "repeats", "slice", "a linear way",
        "wires of several layers",
      ])
    #expect(sorts == expected)
  }
}
