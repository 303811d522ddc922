/// y = a x + b for every component by itself: what a normalisation with fixed statistics, or a sum or
/// product with a constant, comes to.
///
/// Constants repeat: component i takes number (i / inner) mod n of n. So `inner` is the number of
/// positions of a channel, where there is one constant a channel, and 1 where the last axis has them.
public struct Scale: Hashable, Sendable {
  /// a, `[count]`; none where it is 1 throughout.
  public let factors: [Float]?
  /// b, `[count]`; none where it is 0 throughout.
  public let offsets: [Float]?
  /// How many components in a row share a constant.
  public let inner: Int
  /// How many constants there are of each.
  public let count: Int

  /// Constants of the given layout.
  ///
  /// - Throws: `NetworkError` if there are none, counts differ, or a number is not finite.
  public init(factors: [Float]?, offsets: [Float]?, inner: Int = 1) throws(NetworkError) {
    guard let count = factors?.count ?? offsets?.count, count > 0, inner > 0 else {
      throw NetworkError("has no constants")
    }
    guard factors == nil || offsets == nil || factors!.count == offsets!.count else {
      throw NetworkError("has \(factors!.count) factors and \(offsets!.count) offsets")
    }
    guard (factors ?? []).allSatisfy(\.isFinite), (offsets ?? []).allSatisfy(\.isFinite) else {
      throw NetworkError("has a constant that is not finite")
    }
    self.factors = factors
    self.offsets = offsets
    self.inner = inner
    self.count = count
  }

  /// How many constants it holds.
  var parameterCount: Int { (factors?.count ?? 0) + (offsets?.count ?? 0) }

  /// Whether its constants come out even over so many components.
  func fits(_ components: Int) -> Bool {
    let (period, overflow) = count.multipliedReportingOverflow(by: inner)
    return !overflow && components.isMultiple(of: period)
  }

  /// Which constant a component takes.
  public func place(of component: Int) -> Int { component / inner % count }

  /// a of a component.
  public func factor(of component: Int) -> Double {
    factors.map { Double($0[place(of: component)]) } ?? 1
  }

  /// b of a component.
  public func offset(of component: Int) -> Double {
    offsets.map { Double($0[place(of: component)]) } ?? 0
  }
}

/// max(0, z) + slope min(0, z), with a slope for each channel.
///
/// Component i takes slope (i / inner) mod n of n.
public struct ParametricReLU: Hashable, Sendable {
  /// The slopes below zero.
  public let slopes: [Float]
  /// How many components in a row share a slope.
  public let inner: Int

  /// Slopes of the given layout.
  ///
  /// - Throws: `NetworkError` if there are none or one is not finite.
  public init(slopes: [Float], inner: Int) throws(NetworkError) {
    guard !slopes.isEmpty, inner > 0 else { throw NetworkError("has no slopes") }
    guard slopes.allSatisfy(\.isFinite) else {
      throw NetworkError("has a slope that is not finite")
    }
    self.slopes = slopes
    self.inner = inner
  }

  /// Whether its slopes come out even over so many components.
  func fits(_ components: Int) -> Bool {
    let (period, overflow) = slopes.count.multipliedReportingOverflow(by: inner)
    return !overflow && components.isMultiple(of: period)
  }

  /// The slope of a component.
  public func slope(of component: Int) -> Double {
    Double(slopes[component / inner % slopes.count])
  }
}
