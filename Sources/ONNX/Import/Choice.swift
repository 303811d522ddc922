extension Importer {
  /// The inputs that a sample holds, in order.
  func chosenInputs(_ all: [ValueInfoProto]) throws(ONNXError) -> [ValueInfoProto] {
    guard let wanted = options.inputs else {
      guard all.count == 1 || options.isWhole && !all.isEmpty else {
        guard !all.isEmpty else { throw .damaged("it has no input; a network has one") }
        throw .choice("it has \(Self.listed(all, "input")); choose what a sample holds")
      }
      return all
    }
    var chosen: [ValueInfoProto] = []
    for name in wanted {
      guard let info = all.first(where: { $0.name == name }) else {
        throw .choice(
          "it has no input '\(ONNXError.short(name))'; it has \(Self.listed(all, "input"))")
      }
      guard !chosen.contains(where: { $0.name == name }) else {
        throw .choice("its input '\(ONNXError.short(name))' is chosen twice")
      }
      chosen.append(info)
    }
    guard !chosen.isEmpty else { throw .choice("no input is chosen; a network has one") }
    return chosen
  }

  /// The name of the output.
  func chosenOutput(_ all: [ValueInfoProto]) throws(ONNXError) -> String {
    if let wanted = options.output {
      guard all.contains(where: { $0.name == wanted }) else {
        throw .choice(
          "it has no output '\(ONNXError.short(wanted))'; it has \(Self.listed(all, "output"))")
      }
      return wanted
    }
    guard all.count == 1 || options.isWhole && !all.isEmpty else {
      guard !all.isEmpty else { throw .damaged("it has no output; a network has one") }
      throw .choice("it has \(Self.listed(all, "output")); choose one")
    }
    return all[0].name
  }

  private static func listed(_ infos: [ValueInfoProto], _ sort: String) -> String {
    guard !infos.isEmpty else { return "no \(sort)" }
    let names = infos.prefix(5).map { "'\(ONNXError.short($0.name))'" }.joined(separator: ", ")
    return "\(infos.count) \(sort)\(infos.count == 1 ? "" : "s"), \(names)"
      + (infos.count > 5 ? " and more" : "")
  }
}
