/// The attempts of the released search before its population is full, draw by draw.
///
/// Until more than ten candidates are accepted, the start is mutated in one block; then a candidate
/// that is drawn uniformly among all accepted ones is mutated in two. A candidate that the constraints
/// reject is forgotten. Parents of a full population depend on scores, so the sequence ends there.
///
/// With the generator of Python it repeats the published search exactly; whether a candidate occurred
/// before makes no difference.
public struct MobileNetV2Proposals<Generator: IndexGenerator>: Sequence, IteratorProtocol {
  /// One candidate.
  public struct Attempt: Hashable, Sendable {
    /// The place of the parent among the accepted candidates, or `nil` for the start.
    public let parent: Int?
    /// How many blocks were drawn.
    public let draws: Int
    /// The candidate.
    public let child: MobileNetV2Architecture
    /// Why it is not accepted, or `nil` where it is.
    public let rejection: MobileNetV2Rejection?
  }

  private let start: MobileNetV2Architecture
  private let space: MobileNetV2Space
  private let constraints: MobileNetV2Constraints
  private let mutation: MobileNetV2Mutation
  private let population: Int
  private var generator: Generator
  /// The candidates that were accepted, in their order.
  public private(set) var accepted: [MobileNetV2Architecture] = []

  /// Starts a search.
  ///
  /// - Parameters:
  ///   - start: the architecture whose children the first candidates are.
  ///   - space: classes and resolution of the networks.
  ///   - constraints: what is accepted.
  ///   - mutation: how a child is made.
  ///   - population: the sequence ends when one candidate fewer is accepted.
  ///   - generator: where indices come from.
  public init(
    start: MobileNetV2Architecture, space: MobileNetV2Space, constraints: MobileNetV2Constraints,
    mutation: MobileNetV2Mutation = MobileNetV2Mutation(), population: Int = 1024,
    generator: Generator
  ) {
    self.start = start
    self.space = space
    self.constraints = constraints
    self.mutation = mutation
    self.population = population
    self.generator = generator
  }

  /// The next attempt, or `nil` once the population is full.
  public mutating func next() -> Attempt? {
    guard accepted.count < population - 1 else { return nil }
    let isEarly = accepted.count <= 10
    let parent = isEarly ? nil : generator.index(below: accepted.count)
    let draws = isEarly ? 1 : 2
    let child = mutation.child(
      of: parent.map { accepted[$0] } ?? start, draws: draws, using: &generator)
    let rejection = constraints.rejection(of: child, in: space)
    if rejection == nil { accepted.append(child) }
    return Attempt(parent: parent, draws: draws, child: child, rejection: rejection)
  }
}
