/// How fast the drivers move along their straight way, as a function of the share of the duration
/// that is over.
enum Profile: Sendable {
  /// Uniformly.
  case linear
  /// So that the forward pass moves with constant speed, which costs least for slow driving.
  /// Between the knots (time, position), both from 0 to 1, the drivers move uniformly; stretches on
  /// which the forward pass stands still take no time.
  case knots(times: [Double], positions: [Double])

  /// Whether it is uniform.
  var isLinear: Bool {
    switch self {
    case .linear: true
    case .knots: false
    }
  }

  /// The profile of constant speed along a path; linear where the path does not move at all.
  init(constantSpeedAlong path: DrivenPath) {
    guard path.length > 0 else {
      self = .linear
      return
    }
    var times = [0.0]
    var positions = [0.0]
    var passed = 0.0
    for piece in path.pieces {
      let start = positions.last!
      passed += piece.speed * (piece.end - start)
      times.append(min(1, passed / path.length))
      positions.append(piece.end)
    }
    times[times.count - 1] = 1
    self = .knots(times: times, positions: positions)
  }

  /// Where the drivers are at a time in [0, 1], and how fast they go there, per unit of it.
  func callAsFunction(_ time: Double) -> (position: Double, speed: Double) {
    switch self {
    case .linear: return (time, 1)
    case .knots(let times, let positions):
      // The last stretch that begins at or before this time and takes some.
      var low = 0
      var high = times.count - 1
      while high - low > 1 {
        let middle = (low + high) / 2
        if times[middle] <= time { low = middle } else { high = middle }
      }
      let span = times[high] - times[low]
      guard span > 0 else { return (positions[high], 0) }
      let speed = (positions[high] - positions[low]) / span
      return (positions[low] + (time - times[low]) * speed, speed)
    }
  }
}
