import Foundation
import Testing

/// Charts as files of their own.
@Suite struct FigureTests {
  private let few = ["--samples", "4", "--substrates", "digital,dynamic-analog"]

  @Test func aFigureIsTheSameNowAndLater() throws {
    let scratch = try Scratch()
    let kept = try Tool.run(
      ["compare", "--format", "json", "--curves", "--output", "r.json"] + few, in: scratch.folder)
    #expect(kept.status == 0, "\(kept.error)")
    for figure in [[], ["--figure", "accuracy"]] {
      let now = try Tool.run(["compare", "--format", "svg"] + figure + few, in: scratch.folder)
      let later = try Tool.run(
        ["report", "r.json", "--format", "svg"] + figure, in: scratch.folder)
      #expect(now.status == 0 && later.status == 0, "\(now.error)\(later.error)")
      #expect(now.output == later.output && now.output.hasPrefix("<svg "))
      #expect(now.output.contains(figure.isEmpty ? ">Energy ladder<" : ">Energy and accuracy<"))
    }
  }

  @Test func aFigureThatIsNotThereIsRefused() throws {
    let scratch = try Scratch()
    let kept = try Tool.run(
      ["compare", "--format", "json", "--output", "r.json"] + few, in: scratch.folder)
    #expect(kept.status == 0, "\(kept.error)")
    let outcome = try Tool.run(
      ["report", "r.json", "--format", "svg", "--figure", "time", "--output", "time.svg"],
      in: scratch.folder)
    #expect(outcome.status == 3 && outcome.output.isEmpty)
    #expect(outcome.error.contains("no figure 'time'") && outcome.error.contains("--curves"))
    #expect(outcome.error.split(separator: "\n").count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["r.json"])
  }

  @Test func figuresBelongToTheirFormat() throws {
    try Tool.expectFailure(
      ["compare", "--figure", "ladder"], status: 2, saying: "--figure is for --format svg")
    try Tool.expectFailure(
      ["compare", "--format", "svg", "--figure", "laddr"], status: 2,
      saying: "did you mean 'ladder'?")
    try Tool.expectFailure(
      ["compare", "--format", "svg", "--curves"], status: 2, saying: "--curves")
  }
}
