internal import Spaces

/// The admissions of candidates that a search has looked at.
///
/// A network has to be built before it can be counted. Near a limit thousands of proposals are rejected for each that is
/// accepted, and most of them are the same few neighbours of the best candidates again. What was measured is not kept, because
/// the scorer does that.
struct AdmissionMemory<Domain: SearchDomain>: Sendable {
  /// Some tens of megabytes of architectures, which no search of thousands of candidates reaches.
  private static var capacity: Int { 200_000 }
  private var counted: [Domain.Space.Architecture: SearchAdmission] = [:]

  /// The admission by a plan, which has to be the same one every time.
  mutating func admission(
    of candidate: Domain.Space.Architecture, by plan: SearchPlan<Domain>,
    latency: (Domain.Space.Architecture) throws -> Double
  ) throws -> SearchAdmission {
    if let known = counted[candidate] {
      return try plan.timed(known, of: candidate, latency: latency)
    }
    let admission = plan.counted(candidate)
    // To start anew is rare and costs time alone, no digit.
    if counted.count >= Self.capacity { counted.removeAll() }
    counted[candidate] = admission
    return try plan.timed(admission, of: candidate, latency: latency)
  }
}
