internal import Networks
internal import SubstrateCore
internal import Synchronization

/// The inferences of a program on one stream, kept between trials.
///
/// They do not depend on the seed: noise is added to their outputs afterwards. So trials that repeat a
/// setting with other noise need not follow the motion again. What comes back is what would be computed.
final class TrialMemo: Sendable {
  private let kept = Mutex<(samples: Samples, inferences: [Inference])?>(nil)

  /// What was kept for these samples, or what is computed and then kept.
  func inferences(on stream: SampleStream, or compute: () throws(Cancelled) -> [Inference])
    throws(Cancelled) -> [Inference]
  {
    let known = kept.withLock { $0.flatMap { $0.samples == stream.samples ? $0.inferences : nil } }
    if let known { return known }
    let inferences = try compute()
    kept.withLock { $0 = (stream.samples, inferences) }
    return inferences
  }
}
