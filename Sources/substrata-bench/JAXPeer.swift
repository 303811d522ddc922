internal import Foundation
internal import Networks

/// The same experiment as a short program for JAX, which compiles it: what a user would write
/// instead. For chains of dense layers with one function between them.
enum JAXPeer {
  /// What JAX made of the experiment.
  struct Outcome: Decodable {
    let neuronStepsPerSecond: Double
    let meanWork: Double

    private enum CodingKeys: String, CodingKey {
      case neuronStepsPerSecond = "neuron_steps_per_s"
      case meanWork = "mean_work_kT"
    }
  }

  /// Runs it with the command's `python3`, on as many threads as JAX takes: all.
  ///
  /// - Returns: none if there is no Python with JAX, or the network is not such a chain.
  static func run(
    _ network: Network, from: [Float], to: [Float], stiffness: Double, duration: Double, steps: Int,
    trajectories: Int
  ) throws -> Outcome? {
    let kinds = Set(
      network.nodes.compactMap { node -> String? in
        if case .activation = node.operation { node.operation.name } else { nil }
      })
    let isChain = network.nodes.dropFirst().enumerated().allSatisfy {
      $0.element.parents == [$0.offset]
    }
    guard isChain, kinds.isSubset(of: ["relu", "tanh", "sigmoid"]), kinds.count <= 1 else {
      return nil
    }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "substrata-bench-\(ProcessInfo.processInfo.processIdentifier).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try NetworkFile.encode(network).write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", script, file.path(), kinds.first ?? "identity", "\(stiffness)",
      "\(duration)", "\(steps)", "\(trajectories)", spelled(from), spelled(to),
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? try JSONDecoder().decode(Outcome.self, from: data) : nil
  }

  private static func spelled(_ values: [Float]) -> String {
    values.map { "\($0)" }.joined(separator: ",")
  }

  /// Plain Euler steps, as they are usually written: energy, its gradient by differentiation, noise.
  private static let script = """
    import json, sys, time
    import jax, jax.numpy as jnp, numpy as np

    path, kind, K, tau, n, M, first, last = sys.argv[1:]
    K, tau, n, M = float(K), float(tau), int(n), int(M)
    dense = [o for o in json.load(open(path))["operations"] if o["kind"] == "dense"]
    W = [jnp.array(o["weight"], jnp.float32) for o in dense]
    b = [jnp.array(o["bias"], jnp.float32) for o in dense]
    act = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid, "identity": lambda z: z}[kind]
    f = [act] * (len(W) - 1) + [lambda z: z]
    u0, u1 = (jnp.array(np.fromstring(t, sep=",", dtype="f4")) for t in (first, last))
    target = lambda l, x: f[l](x @ W[l].T + b[l])

    def energy(xs, u):
        total, x = 0.0, u
        for l in range(len(W)):
            r = xs[l] - target(l, x)
            total, x = total + 0.5 * K * (r * r).sum(), xs[l]
        return total

    gradient = jax.grad(energy)

    @jax.jit
    def run(key):
        dt, xs, x = tau / K / n, [], jnp.broadcast_to(u0, (M, u0.size))
        for l in range(len(W)):
            key, k = jax.random.split(key)
            x = target(l, x)
            x = x + jax.random.normal(k, x.shape) / jnp.sqrt(K)
            xs.append(x)

        def step(state, i):
            xs, work, key = state
            ua, ub = u0 + (u1 - u0) * i / n, u0 + (u1 - u0) * (i + 1) / n
            ra, rb = xs[0] - target(0, ua), xs[0] - target(0, ub)
            work = work + 0.5 * K * ((rb * rb).sum(-1) - (ra * ra).sum(-1))
            F = gradient(xs, ub)
            key, *ks = jax.random.split(key, len(W) + 1)
            xs = [x - dt * g + jnp.sqrt(2 * dt) * jax.random.normal(k, x.shape)
                  for x, g, k in zip(xs, F, ks)]
            return (xs, work, key), None

        return jax.lax.scan(step, (xs, jnp.zeros(M), key), jnp.arange(n))[0][1]

    run(jax.random.key(0)).block_until_ready()
    best = 0.0
    for repeat in range(4):
        begin = time.perf_counter()
        work = run(jax.random.key(repeat + 1)).block_until_ready()
        best = max(best, n * M * sum(w.shape[0] for w in W) / (time.perf_counter() - begin))
    print(json.dumps({"neuron_steps_per_s": best, "mean_work_kT": float(work.mean())}))
    """
}
