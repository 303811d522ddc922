internal import Liars
internal import SubstrataCommand
internal import SubstrateCore

// The tool with substrates that go wrong, between two that do not: for tests of what a process survives.
Tool.main(
  on: [Honest("honest")] + Wreckers.all
    + Liar.all.filter {
      [
        "too-few-outputs", "no-number", "negative-energy", "gives-up-by-itself",
        "heat-from-nowhere",
      ].contains(
        $0.description)
    }
    .map(\.substrate) + [Honest("honest-too")])
