// The umbrella over the substrates that come with the package. Its one declaration, `registry`, is
// written at build time by the plugin SubstrateRegistry from this target's dependencies. This file
// stands here because SwiftPM takes a target without any source of its own for empty.
