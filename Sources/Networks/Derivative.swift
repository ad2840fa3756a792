/// The facts about an operator's derivative that walks are planned by.
public struct Derivative: Hashable, Sendable {
  /// The values of a node.
  public struct Values: OptionSet, Hashable, Sendable {
    /// One bit for each fact.
    public let rawValue: Int
    /// Creates a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Those of its inputs.
    public static let inputs = Values(rawValue: 1)
    /// That of its output.
    public static let output = Values(rawValue: 2)
  }

  /// When the output is zero by structure, whatever the parameters are.
  public enum Zero: Hashable, Sendable {
    /// Where all inputs are: linear maps, and functions that keep 0.
    case ifAllInputsAre
    /// Where one input is: products.
    case ifAnyInputIs
    /// It always is.
    case always
    /// Never: what adds a bias, or turns 0 into something else.
    case never
  }

  /// A derivative so simple that a walk need not call the rules.
  public enum Shortcut: Hashable, Sendable {
    /// The identity on each input: a cotangent is handed on as it is, and tangents are added.
    case sum
    /// An elementwise product with 1 where the output is positive and 0 elsewhere, of one input: it is
    /// applied while terms are added.
    case gate
    /// A factor for each channel that a linear map in front of it can take over
    /// (`BoundScalable`).
    case channelScale
  }

  /// The values that the rules read; none for a linear map, which is the same at every point.
  public var reads: Values
  /// How zero passes through.
  public var zero: Zero
  /// What may be done instead of calling the rules.
  public var shortcut: Shortcut?
  /// Whether the output for one image depends on the whole minibatch
  /// (`BoundMinibatchNormalization`).
  public var couplesMinibatch: Bool
  /// Whether it can take over the factors of a `channelScale` behind it (`BoundScalable`).
  public var isScalable: Bool

  /// States the facts.
  public init(
    reads: Values, zero: Zero, shortcut: Shortcut? = nil, couplesMinibatch: Bool = false,
    isScalable: Bool = false
  ) {
    self.reads = reads
    self.zero = zero
    self.shortcut = shortcut
    self.couplesMinibatch = couplesMinibatch
    self.isScalable = isScalable
  }

  /// A linear map without a constant.
  public static let linear = Derivative(reads: [], zero: .ifAllInputsAre)
  /// A linear map and a constant.
  public static let affine = Derivative(reads: [], zero: .never)

  /// Whether it is the same at every point.
  public var isLinear: Bool { reads.isEmpty && shortcut != .gate }
}
