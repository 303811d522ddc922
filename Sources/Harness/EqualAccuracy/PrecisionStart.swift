internal import SubstrateCore
internal import Parameters

extension Settings {
  /// The parameter that is the precision in force.
  var precision: Parameter? { parameters.first { $0.isPrecision && value($0.name) != nil } }
}

/// Settings from which a precision is looked for.
struct PrecisionStart {
  var settings: Settings
  /// Whether one is looked for in each layer.
  var isAllocated = false

  /// - Throws: `SettingsRefusal` if precisions are already given layer by layer.
  init(_ settings: Settings, of card: Card) throws(SettingsRefusal) {
    self.settings = settings
    guard let precision = settings.precision else { return }
    switch settings.value(precision.name) {
    case .number?, nil: break
    case .numbers?:
      throw SettingsRefusal(
        substrate: card.id,
        detail:
          "\(precision.name) is given for each layer; --iso-accuracy looks for it; leave one out, or "
          + "let it find one for each layer with \(precision.name)=allocate")
    case .word?:
      guard case .number(let number)? = precision.defaultValue else {
        preconditionFailure("\(card.id).\(precision.name) has a word and no number to begin with")
      }
      do throws(SettingError) {
        try self.settings.set(precision.name, to: "\(number)")
      } catch {
        preconditionFailure("\(card.id).\(precision.name): its default is not in its own domain")
      }
      isAllocated = true
    }
  }
}
