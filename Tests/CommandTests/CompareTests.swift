import Foundation
import Harness
import Quantities
import Testing

/// Calls that succeed.
@Suite struct CompareTests {
  private func compare(_ arguments: [String], in folder: URL? = nil) throws -> Comparison {
    let outcome = try Tool.run(["compare", "--format", "json"] + arguments, in: folder)
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    return try JSONDecoder().decode(Comparison.self, from: Data(outcome.output.utf8))
  }

  @Test func theDefaultsAreTheBuiltInDigitsOnAllSubstrates() throws {
    let comparison = try compare(["--samples", "4"])
    #expect(comparison.network.name == "digits-mlp" && comparison.workload.name == "digits")
    #expect(comparison.network.macs == 2720 && comparison.network.neurons == 58)
    #expect(comparison.workload.samples == 4 && comparison.workload.labelled)
    #expect(comparison.conditions.temperature.value == 300 && comparison.conditions.seed == 1)
    #expect(
      comparison.results.prefix(3).map(\.substrate) == [
        "digital", "dynamic-analog", "quasi-static",
      ])
    #expect(comparison.refused.isEmpty && comparison.coverage.complete)
  }

  @Test func optionsReachTheRun() throws {
    let comparison = try compare([
      "--samples=3", "--substrates", "dynamic-analog,digital", "--set=digital.bits=5",
      "--temperature", "77", "--seed", "9", "--quiet",
    ])
    #expect(comparison.results.map(\.substrate) == ["dynamic-analog", "digital"])
    #expect(comparison.results[1].parameters["bits"] == .number(5))
    #expect(comparison.conditions.temperature.value == 77 && comparison.conditions.seed == 9)
  }

  @Test func termsThatAreOffAddNothing() throws {
    let few = ["--samples", "3", "--substrates", "quasi-static"]
    let ideal = try compare(few).results[0]
    #expect(
      ideal.parameters["static-power"] == .number(0) && ideal.diagnostics["best_energy_kT"] == nil)
    let real = try compare(few + ["--set", "quasi-static.static-power=1e-12"]).results[0]
    #expect(real.parameters["static-power"] == .number(1e-12))
    #expect(real.parameters["drive-efficiency"] == .number(1) && real.energy == ideal.energy)
    guard case .number? = real.diagnostics["best_energy_kT"] else {
      Issue.record("no least energy")
      return
    }
    let table = try Tool.run(["compare"] + few + ["--set=quasi-static.static-power=1e-12"]).output
    #expect(table.contains("not ideal, work included") && table.contains("static-power*=1e-12"))
  }

  @Test func precisionsAreFoundAtEqualAccuracy() throws {
    let arguments = [
      "--iso-accuracy", "5", "--samples", "40", "--substrates", "digital,dynamic-analog",
    ]
    let comparison = try compare(arguments)
    for result in comparison.results {
      let search = try #require(result.isoAccuracy)
      #expect(search.points == 5 && search.outcome == .found && search.found.meets)
      #expect(search.below?.meets == false)
      #expect(result.parameters[try #require(search.parameter)] == search.found.value)
    }
    let table = try Tool.run(["compare"] + arguments).output
    #expect(table.contains("criterion  equal accuracy") && table.contains("\u{a0}(found)"))
    let csv = try Tool.run(["compare", "--format", "csv"] + arguments).output
    #expect(csv.contains("dynamic-analog,iso_accuracy,snr,found,"))
    // Keys of a search are absent where nothing was looked for.
    let plain = try Tool.run(["compare", "--samples", "3", "--format", "json"]).output
    #expect(!plain.contains("iso_accuracy") && !plain.contains("\"found\""))
  }

  @Test func precisionsByLayerAreTakenAndFound() throws {
    let few = ["--samples", "40", "--substrates", "dynamic-analog"]
    let given = try compare(few + ["--set", "dynamic-analog.snr=300,1000,50"]).results[0]
    #expect(given.parameters["snr"] == .numbers([300, 1000, 50]))
    let arguments = few + ["--iso-accuracy", "5", "--set", "dynamic-analog.snr=allocate"]
    let found = try compare(arguments).results[0]
    let allocation = try #require(found.isoAccuracy?.allocation)
    #expect(allocation.values.count == 3 && allocation.outputNoise.count == 3)
    #expect(found.energy.joules! <= allocation.uniformEnergy!)
    let table = try Tool.run(["compare"] + arguments).output
    #expect(table.contains("for all layers"))
  }

  @Test func theNumberOfThreadsChangesNoByte() throws {
    let arguments = ["compare", "--samples", "40", "--format", "json", "--threads"]
    let one = try Tool.run(arguments + ["1"])
    #expect(one.status == 0)
    #expect(try Tool.run(arguments + ["2"]).output == one.output)
  }

  @Test func textFilesWithAndWithoutLabels() throws {
    let scratch = try Scratch()
    let row = Array(repeating: "0.5", count: 64).joined(separator: ",")
    scratch.file("bare.csv", "\(row)\r\n\(row)\r\n")
    scratch.file("labelled.csv", "\u{feff}\(row),3\n\(row),4\n")
    scratch.file("labels.txt", "7\n8\n")
    let some = ["--substrates", "digital"]
    let bare = try compare(["--data", "bare.csv"] + some, in: scratch.folder)
    #expect(bare.workload.samples == 2 && !bare.workload.labelled)
    #expect(bare.reference.accuracy == nil && bare.results[0].accuracy == nil)
    let labelled = try compare(["--data", "./labelled.csv"] + some, in: scratch.folder)
    #expect(labelled.workload.samples == 2 && labelled.workload.labelled)
    let given = try compare(
      ["--data", "bare.csv", "--labels", "labels.txt"] + some, in: scratch.folder)
    #expect(given.workload.labelled)
  }

  @Test func aNamesControlCharactersNeverReachTheTerminal() throws {
    let scratch = try Scratch()
    scratch.file(
      "model.json",
      #"""
      {"schema": "substrata.network/1", "name": "a\u001b[31mb\u009b\nc", "input": [2], "output": "y",
       "operations": [{"name": "y", "kind": "dense", "reads": ["input"], "weight": [[1, 2], [2, 1]],
                       "bias": [0.5, 0]}]}
      """#)
    scratch.file("data.csv", "1,2\n3,4\n")
    let files = ["--model", "model.json", "--data", "data.csv", "--substrates", "digital"]
    for format in ["table", "json", "csv", "markdown"] {
      let outcome = try Tool.run(["compare", "--format", format] + files, in: scratch.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
      let controls = outcome.output.unicodeScalars.filter {
        $0 != "\n" && $0.properties.generalCategory == .control
      }
      #expect(controls.isEmpty, "\(format)")
    }
  }

  @Test func strictFailsAfterThePrintedReport() throws {
    // A ramp far shorter than the relaxation times, read with hardly any hold.
    let arguments = [
      "compare", "--samples", "3", "--set", "quasi-static.duration=1", "--set",
      "quasi-static.settle=0.1",
    ]
    let outcome = try Tool.run(arguments + ["--strict"])
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("What one inference costs"))
    #expect(outcome.error.split(separator: "\n").count == 1)
    #expect(outcome.error.contains("unsettled"))
    #expect(try Tool.run(arguments).status == 0)
  }

  @Test func tableAndCSVArePrinted() throws {
    let arguments = ["compare", "--samples", "3", "--substrates", "digital"]
    let table = try Tool.run(arguments + ["--per-layer"])
    #expect(table.status == 0 && table.error.isEmpty && table.output.contains("layer by layer"))
    let csv = try Tool.run(arguments + ["--format", "csv"])
    #expect(csv.output.hasPrefix("substrate,row,name,rule,kind,energy_J,energy_kT,"))
  }

  @Test func aReaderThatLeavesEndsTheToolSilently() throws {
    let process = Process()
    process.executableURL = Tool.path
    process.arguments = [
      "compare", "--samples", "2", "--substrates", "digital", "--format", "json",
    ]
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    try process.run()
    try output.fileHandleForReading.close()
    process.waitUntilExit()
    #expect(try error.fileHandleForReading.readToEnd() ?? Data() == Data())
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGPIPE)
  }
}

@Suite struct OtherCommandTests {
  @Test(arguments: [[], ["help"], ["--help"], ["-h"], ["help", "help"]])
  func helpOfTheTool(arguments: [String]) throws {
    let outcome = try Tool.run(arguments)
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    for word in ["compare", "list", "inspect", "Exit status", "Example"] {
      #expect(outcome.output.contains(word))
    }
  }

  @Test(arguments: ["compare", "list", "inspect"])
  func helpOfACommand(command: String) throws {
    let outcome = try Tool.run([command, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("--format") && outcome.output.contains("Exit status"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(try Tool.run(["help", command]).output == outcome.output)
    // Help wins over whatever else is wrong with the call.
    #expect(try Tool.run([command, "--nonsense", "-h"]).output == outcome.output)
  }

  @Test func listsAndSummaries() throws {
    let list = try Tool.run(["list"])
    #expect(list.status == 0 && list.output.contains("quasi-static: "))
    for arguments in [
      ["list"], ["list", "--models"], ["list", "--operators"], ["inspect"],
    ] {
      let outcome = try Tool.run(arguments + ["--format", "json"])
      #expect(outcome.status == 0)
      let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      #expect(((document as? [String: Any])?["schema"] as? String)?.hasPrefix("substrata.") == true)
    }
    #expect(try Tool.run(["list", "--models"]).output.contains("digits-train"))
    #expect(try Tool.run(["list", "--operators"]).output.contains("leaky-relu"))
    let summary = try Tool.run(["inspect"]).output
    #expect(summary.contains("2 720 multiply-accumulates") && summary.contains("20 mV per unit"))
    #expect(try Tool.run(["--version"]).output.hasPrefix("substrata "))
  }
}
