internal import Foundation

/// The models and data that come with the project.
///
/// The data are 1 797 images of 8×8 pixels with values from 0 to 16, and the digit each shows: the
/// test part of "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI Machine
/// Learning Repository, 1998, licence CC BY 4.0. Inputs are pixel/16. Every fourth image is for
/// testing, the others are for training; the same 13 writers occur in both parts, so accuracies
/// flatter compared with unseen writers.
public enum BuiltIn {
  /// Names of models, the default first.
  public static let models = ["digits-mlp"]
  /// Names of data, the default first: the 450 test images, and the other 1 347.
  public static let data = ["digits", "digits-train"]
  /// Whom the data are owed to.
  public static let attribution =
    "E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits (test part), "
    + "UCI Machine Learning Repository, 1998, CC BY 4.0; the same writers occur in both parts"

  /// A model by its name: `digits-mlp` is 64-32-16-10 with ReLU, trained by the `train-digits-mlp`
  /// tool.
  ///
  /// - Returns: none for a name that `models` does not hold.
  /// - Throws: `NetworkError` if the project's own file is damaged.
  public static func model(named name: String) throws -> Network? {
    guard models.contains(name) else { return nil }
    return try NetworkFile.decode(try resource(name, "json"))
  }

  /// Data by their name.
  ///
  /// - Returns: none for a name that `data` does not hold.
  /// - Throws: `SampleError` if the project's own file is damaged.
  public static func samples(named name: String) throws -> Samples? {
    guard data.contains(name) else { return nil }
    let all = try CommaSeparated.samples(in: try resource("digits", "csv"), named: name)
      .splittingLabels()
    let isTest = name == "digits"
    let chosen = (0..<all.count).filter { $0.isMultiple(of: 4) == isTest }
    return try Samples(
      name: name, width: all.width, values: chosen.flatMap { all[$0].map { $0 / 16 } },
      labels: chosen.map { all.labels![$0] })
  }

  private static func resource(_ name: String, _ type: String) throws -> Data {
    guard let place = Bundle.module.url(forResource: name, withExtension: type) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return try Data(contentsOf: place)
  }
}
