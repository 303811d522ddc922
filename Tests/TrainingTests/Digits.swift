import Networks

@testable import Training

/// The built-in images, and networks for them.
enum Digits {
  static func training(_ count: Int? = nil) throws -> Samples {
    let all = try BuiltIn.samples(named: "digits-train")!
    return count.map { all.prefix($0) } ?? all
  }

  static func engine(_ architecture: String) throws -> GradientEngine<Float> {
    GradientEngine(try Architecture(architecture).network())
  }
}
