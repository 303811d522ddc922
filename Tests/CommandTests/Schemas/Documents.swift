import Foundation
import Liars
import PhysicalLaws
import Quantities
import Reports
import StochasticThermodynamics
import SubstrateCore
import SubstrateLaws
import Networks

/// Documents of every form, with every key that they can have.
enum Documents {
  /// Calls whose output is a document.
  static let calls: [[String]] = [
    ["list"], ["list", "--operators"], ["list", "--models"], ["inspect"],
    // A substrate refuses, another has terms of its own.
    [
      "compare", "--samples", "3", "--normalize", "1,2", "--seed", "18446744073709551615",
      "--set=digital.accumulator-bits=16", "--set=quasi-static.static-power=1e-12",
    ],
    // Trajectories are left out of curves.
    [
      "compare", "--samples", "4", "--curves", "--set=quasi-static.method=langevin",
      "--set=quasi-static.trajectories=2", "--set=quasi-static.duration=1",
    ],
    ["compare", "--model", "words.json", "--data", "words.csv"],
    [
      "compare", "--samples", "10", "--iso-accuracy", "20", "--substrates", "dynamic-analog",
      "--set=dynamic-analog.snr=allocate",
    ],
    [
      "sweep", "--samples", "2", "--over", "quasi-static.duration=1:4:2", "--over",
      "digital.accumulator-bits=16:32:2",
    ],
    ["diff", "a.json", "b.json"],
    [
      "train", "--model", "64-6-10", "--samples", "60", "--epochs", "1", "--repeats", "2",
      "--set=digital.accumulator-bits=16", "--over", "energy-per-parameter=1:10:2",
    ],
  ]

  /// What the tool prints for a call.
  static func output(of call: [String], in folder: URL) throws -> JSONValue {
    let outcome = try Tool.run(call + ["--format", "json"], in: folder)
    guard outcome.status == 0 else {
      throw JSONSchema.Fault(description: "\(call.joined(separator: " ")): \(outcome.error)")
    }
    return try JSONValue(outcome.output)
  }

  /// A folder with the files that the calls read.
  static func scratch() throws -> Scratch {
    let scratch = try Scratch()
    scratch.file(
      "words.json",
      """
      {"schema": "substrata.network/1", "name": "words", "input": [2, 2], "output": "y",
       "embedding": [[1, 0], [0, 1], [1, 1]], "operations": [
        {"name": "f", "kind": "flatten", "reads": ["input"]},
        {"name": "h", "kind": "dense", "reads": ["f"], "weight": [[1, 2, 3, 4], [4, 3, 2, 1]], "bias": [0, 1]},
        {"name": "y", "kind": "relu", "reads": ["h"]}]}
      """)
    scratch.file("words.csv", "0,1\n2,1\n1,1\n")
    for (name, options) in [
      ("a", ["--seed=1"]), ("b", ["--set=digital.bits=5", "--substrates=digital"]),
    ] {
      let outcome = try Tool.run(
        ["compare", "--samples", "3", "--format", "json", "--output", "\(name).json"] + options,
        in: scratch.folder)
      guard outcome.status == 0 else { throw JSONSchema.Fault(description: outcome.error) }
    }
    return scratch
  }

  /// Findings of every sort: the tool's own laws take too long for a test.
  static func verification() throws -> JSONValue {
    let law = Law("good", "what is so") { _ in
      [
        Finding("first", unit: "k_BT", measured: 3, standardError: 2, .equal, 1),
        Finding(measured: 2, .atMost, 1, tolerance: 0.25),
        Finding("lost", measured: .nan, standardError: .nan, .atLeast, 0),
      ]
    }
    let liar = Liar.all.first { $0.law == "books" }!.substrate
    return try JSONValue(
      Report.json(
        try Verification(
          textbook: false, substrates: [Lawful(laws: [law])], in: RunContext(seed: 7)),
        [Conformance(of: liar)]))
  }

  /// Reports of a comparison made by hand, with every case that a report has to show.
  static func snapshots() throws -> [JSONValue] {
    let folder = Schemas.root.appending(path: "Tests/ReportsTests/Snapshots")
    return try ["comparison", "network", "catalogue", "training-input"].map { name in
      let place = folder.appending(path: "\(name).json")
      return try JSONValue(String(decoding: Data(contentsOf: place), as: UTF8.self))
    }
  }

  /// A substrate that brings the laws it is given, and runs nothing.
  private struct Lawful: LawAbiding {
    var laws: [Law]
    let card = Card(
      id: "lawful", title: "Lawful", principle: "It abides.", boundary: .device, parameters: [],
      sources: [], claims: Claims(temperatureExponent: 1), meaning: { _ in .modelled("a fixture") })

    func prepare(_ network: Network, under conditions: Conditions) throws(Refusal) -> Network {
      network
    }

    func run(
      _ program: Network, on stream: SampleStream, in context: RunContext
    ) throws(Cancelled) -> Run {
      Run(
        outputs: [], latency: Seconds(0), longestLatency: Seconds(0), energyKind: .predicted,
        ledger: Ledger(), verdict: .settled, coverage: [])
    }
  }
}
