/// What a parameter of a block can be.
enum ParameterType: Hashable, Sendable {
  /// A whole number.
  case whole(ClosedRange<Int>)
  /// A whole number or one of some words.
  case wholeOrWord(ClosedRange<Int>, [String])
  /// A number.
  case number(ClosedRange<Double>)
  /// One of some words.
  case word([String])
  /// `true` or `false`.
  case flag
  /// Anything: a parameter of a block that the file defines.
  case any

  /// The words that it can be.
  var words: [String] {
    switch self {
    case .word(let words), .wholeOrWord(_, let words): words
    default: []
    }
  }

  /// The words for what was expected.
  var expectation: String {
    switch self {
    case .whole(let range): "a whole number, \(range.lowerBound) to \(range.upperBound)"
    case .wholeOrWord(let range, let words):
      "a whole number, \(range.lowerBound) to \(range.upperBound), or "
        + SpaceFault.alternatives(words)
    case .number(let range):
      "a number, \(ChoiceValue.number(range.lowerBound)) to \(ChoiceValue.number(range.upperBound))"
    case .word(let words): SpaceFault.alternatives(words)
    case .flag: "true or false"
    case .any: "a number, a word, true or false"
    }
  }

  /// Whether a value is one of this type.
  func takes(_ value: ChoiceValue) -> Bool {
    switch (self, value) {
    case (.any, _), (.flag, .flag): true
    case (.whole(let range), .number(let number)),
      (.wholeOrWord(let range, _), .number(let number)):
      Int(exactly: number).map(range.contains) ?? false
    case (.number(let range), .number(let number)): range.contains(number)
    case (.word(let words), .word(let word)), (.wholeOrWord(_, let words), .word(let word)):
      words.contains(word)
    default: false
    }
  }
}

/// What a parameter is where the file says nothing.
enum ParameterDefault: Hashable, Sendable {
  /// A value.
  case value(ChoiceValue)
  /// The width of what the block reads.
  case input
  /// What the block makes of the others; the words for it.
  case derived(String)
  /// There is none: the file has to say it.
  case required
}

/// A parameter of a block.
struct BlockParameter: Hashable, Sendable {
  var name: String
  var type: ParameterType
  var standard: ParameterDefault
  /// What it is, in a few words, for the schema and the guide.
  var summary: String

  init(_ name: String, _ type: ParameterType, _ standard: ParameterDefault, _ summary: String) {
    self.name = name
    self.type = type
    self.standard = standard
    self.summary = summary
  }

  init(_ name: String, _ type: ParameterType, _ standard: ChoiceValue, _ summary: String) {
    self.init(name, type, .value(standard), summary)
  }
}

extension BlockParameter {
  static let width = BlockParameter(
    "width", .whole(1...65_536), .input, "channels or features that the block gives")
  static let stride = BlockParameter(
    "stride", .whole(1...64), .whole(1), "step of the first block of a stage; 1 in those behind it")
  static let normalization = BlockParameter(
    "normalization", .word(Normalization.allCases.map(\.rawValue)), .word("batch"),
    "normalisation behind convolutions")
  static let bias = BlockParameter(
    "bias", .flag, .derived("where nothing is normalised"), "whether convolutions have biases")

  static func kernel(_ standard: Int) -> BlockParameter {
    BlockParameter("kernel", .whole(1...127), .whole(standard), "rows and columns of the window")
  }

  static func activation(_ standard: String) -> BlockParameter {
    BlockParameter(
      "activation", .word(Activation.names), .word(standard), "function behind normalisations")
  }

  static func expansion(_ standard: Int, _ summary: String) -> BlockParameter {
    BlockParameter("expansion", .number(0.001...1024), .whole(standard), summary)
  }

  static let squeezeExcitation = BlockParameter(
    "squeeze-excitation", .number(0...1), .whole(0),
    "channels inside of squeeze-and-excitation, as a part of those that it reweighs; 0 for none")
  static let divisor = BlockParameter(
    "divisor", .whole(1...256), .whole(1),
    "what the channels inside of squeeze-and-excitation are a multiple of")
  static let gate = BlockParameter(
    "gate", .word(["sigmoid", "hard-sigmoid"]), .word("sigmoid"),
    "function that makes factors of squeeze-and-excitation")
}

/// The values of the parameters of one block.
struct BlockArguments {
  /// Values by name; those that a block derives are absent.
  var values: [String: ChoiceValue]

  func number(_ name: String) -> Double {
    if case .number(let number)? = values[name] { number } else { 0 }
  }

  func whole(_ name: String) -> Int { Int(number(name)) }

  func word(_ name: String) -> String {
    if case .word(let word)? = values[name] { word } else { "" }
  }

  func flag(_ name: String) -> Bool? {
    if case .flag(let flag)? = values[name] { flag } else { nil }
  }

  var normalization: Normalization { Normalization(rawValue: word("normalization")) ?? .none }
}
