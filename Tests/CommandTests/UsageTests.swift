import Foundation
import Testing

/// Calls that cannot be meant: status 2, one line, nothing on standard output.
@Suite struct UsageTests {
  @Test(arguments: [
    (["compar"], "did you mean 'compare'?"),
    (["zzz"], "try 'substrata help'"),
    (["compare", "--frmat", "json"], "did you mean '--format'?"),
    (["compare", "--format", "jsn"], "did you mean 'json'?"),
    (["compare", "--format", "poem"], "known: table, json, csv"),
    (["compare", "--substrates", "digtal"], "did you mean 'digital'?"),
    (["compare", "--substrates", "digital,digital"], "twice"),
    (["compare", "--substrates", ""], "unknown substrate ''"),
    (["compare", "--model", "digits-mpl"], "did you mean 'digits-mlp'?"),
    (["compare", "--data", "digit"], "did you mean 'digits'?"),
    (["compare", "--set", "digtal.bits=4"], "did you mean 'digital'?"),
    (["compare", "--set", "digital.bit=4"], "did you mean 'bits'?"),
    (["compare", "--set", "digital.bits"], "ID.PARAMETER=VALUE"),
    (["compare", "--set", "digital.bits=4", "--set", "digital.bits=4"], "twice"),
    (
      ["compare", "--set", "digital.bits=4", "--substrates", "quasi-static"], "leaves 'digital' out"
    ),
    (["compare", "--seed", "-1"], "whole number from 0"),
    (["compare", "--seed", "18446744073709551616"], "18446744073709551615"),
    (["compare", "--threads", "0"], "whole number from 1"),
    (["compare", "--samples", "0"], "whole number from 2"),
    (["compare", "--samples", "1"], "whole number from 2"),
    (["compare", "--samples", "abc"], "whole number from 2"),
    (["compare", "--samples", "451"], "hold 450"),
    (["compare", "--samples"], "no value"),
    (["compare", "--samples", "--quiet"], "no value"),
    (["compare", "--quiet", "--quiet"], "twice"),
    (["compare", "--quiet=yes"], "switch"),
    (["compare", "--output", ""], "name one"),
    (["compare", "stray"], "stray argument"),
    (["list", "--format", "csv"], "known: table, json"),
    (["list", "--models", "--operators"], "one list at a time"),
    (["inspect", "--model", "nothing"], "known: digits-mlp"),
    (["help", "nothing"], "unknown command"),
    (["help", "compare", "list"], "one command"),
    (["verify", "--substrates", "quasi-sttic"], "did you mean 'quasi-static'?"),
    (["verify", "--substrates", "nothing"], "unknown substrate 'nothing'"),
    (["verify", "--substrates", ""], "unknown substrate ''"),
    (["verify", "--substrates", "quasi-static,quasi-static"], "twice"),
    (["verify", "--format", "csv"], "known: table, json"),
    (["verify", "--seed", "-1"], "whole number from 0"),
    (["verify", "--threads", "0"], "whole number from 1"),
    (["verify", "--output", ""], "name one"),
    (["verify", "--samples", "3"], "--samples"),
    (["verify", "stray"], "stray argument"),
  ])
  func unknownNamesAndWrongCounts(arguments: [String], words: String) throws {
    try Tool.expectFailure(arguments, status: 2, saying: words)
  }

  @Test(arguments: ["0", "-1", "nan", "inf", "-inf", "1e999", "warm", ""])
  func aTemperatureIsPositiveAndFinite(value: String) throws {
    try Tool.expectFailure(["compare", "--temperature", value], status: 2, saying: "positive")
  }

  @Test(arguments: ["-1", "100", "nan", "inf", "some", ""])
  func pointsLieFrom0ToBelow100(value: String) throws {
    try Tool.expectFailure(["compare", "--iso-accuracy", value], status: 2, saying: "below 100")
  }

  @Test func equalAccuracyNeedsLabelsAndClasses() throws {
    let scratch = try Scratch()
    let row = Array(repeating: "1", count: 64).joined(separator: ",")
    scratch.file("bare.csv", "\(row)\n\(row)\n")
    try Tool.expectFailure(
      ["compare", "--iso-accuracy", "1", "--data", "bare.csv"], status: 2, saying: "no labels",
      in: scratch.folder)
    scratch.file(
      "one.json",
      #"""
      {"schema": "substrata.network/1", "name": "one", "input": [1], "output": "y",
       "operations": [{"name": "y", "kind": "dense", "reads": ["input"], "weight": [[1]], "bias": [0]}]}
      """#)
    scratch.file("zeros.csv", "1,0\n2,0\n")
    try Tool.expectFailure(
      ["compare", "--iso-accuracy", "1", "--model", "one.json", "--data", "zeros.csv"], status: 2,
      saying: "one output", in: scratch.folder)
  }

  @Test(arguments: [
    "digital.bits=0", "digital.bits=40", "digital.bits=nan", "digital.bits=4.5",
    "digital.technology=3nm", "dynamic-analog.snr=0", "dynamic-analog.snr=nan",
    "dynamic-analog.duration=-1", "dynamic-analog.duration=inf", "quasi-static.snr=-1",
    "quasi-static.stiffness=0", "quasi-static.stiffness=inf", "quasi-static.duration=-0.5",
    "quasi-static.duration=nan", "quasi-static.method=lenght", "quasi-static.static-power=-1",
    "quasi-static.static-power=nan", "quasi-static.drive-efficiency=0",
    "quasi-static.drive-efficiency=1.1", "quasi-static.snr=1,,2", "quasi-static.snr=1,0,2",
    "dynamic-analog.snr=alocate", "digital.bits=4,5",
  ])
  func aParameterOutOfRangeIsNamedWithItsRange(setting: String) throws {
    let name = String(setting.prefix { $0 != "=" })
    try Tool.expectFailure(["compare", "--set", setting], status: 2, saying: name, "it takes ")
  }

  @Test(arguments: [
    ["--set", "quasi-static.snr=10", "--set", "quasi-static.stiffness=10"],
    ["--set", "quasi-static.method=length", "--set", "quasi-static.duration=0"],
    ["--set", "quasi-static.snr=100,200"], ["--set", "quasi-static.snr=allocate"],
    ["--iso-accuracy", "1", "--set", "quasi-static.snr=100,200,300"],
  ])
  func settingsThatContradictEachOther(arguments: [String]) throws {
    try Tool.expectFailure(["compare"] + arguments, status: 2, saying: "quasi-static: ")
  }
}
