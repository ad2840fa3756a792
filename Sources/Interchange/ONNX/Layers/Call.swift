/// A node of a file with the values that it reads: what a rule is asked for.
struct Call {
  let node: ModelNode
  let inputs: [Value]

  /// The version of the operator set.
  var opset: Int { node.opset }

  /// An input, `absent` where it is left out.
  func input(_ place: Int) -> Value { place < inputs.count ? inputs[place] : .absent }

  /// Whether an input is there.
  func has(_ place: Int) -> Bool {
    if case .absent = input(place) { false } else { true }
  }

  /// An input whose numbers are known.
  ///
  /// - Throws: that they are not.
  func known(_ place: Int) throws(ModelProblem) -> KnownTensor {
    switch input(place) {
    case .known(let tensor): return tensor
    case .absent: throw .malformed("lacks input \(place)")
    default: throw .unsupported("input \(place) depends on the images")
    }
  }

  /// An input whose numbers are known, `nil` where it is left out.
  func optional(_ place: Int) throws(ModelProblem) -> KnownTensor? {
    has(place) ? try known(place) : nil
  }

  // MARK: Attributes

  private func wrong(_ name: String, _ wanted: String) -> ModelProblem {
    .malformed("has an attribute \(name) that is no \(wanted)")
  }

  func integer(_ name: String) throws(ModelProblem) -> Int? {
    switch node.attributes[name] {
    case nil: return nil
    case .integer(let value): return value
    default: throw wrong(name, "whole number")
    }
  }
  func integer(_ name: String, default value: Int) throws(ModelProblem) -> Int {
    try integer(name) ?? value
  }
  func flag(_ name: String, default value: Bool = false) throws(ModelProblem) -> Bool {
    try integer(name, default: value ? 1 : 0) != 0
  }
  func number(_ name: String, default value: Double) throws(ModelProblem) -> Double {
    switch node.attributes[name] {
    case nil: return value
    case .number(let value): return Double(value)
    default: throw wrong(name, "number")
    }
  }
  func text(_ name: String, default value: String) throws(ModelProblem) -> String {
    switch node.attributes[name] {
    case nil: return value
    case .text(let value): return value
    default: throw wrong(name, "text")
    }
  }
  func integers(_ name: String) throws(ModelProblem) -> [Int]? {
    switch node.attributes[name] {
    case nil: return nil
    case .integers(let values): return values
    default: throw wrong(name, "list of whole numbers")
    }
  }
  func numbers(_ name: String) throws(ModelProblem) -> [Double]? {
    switch node.attributes[name] {
    case nil: return nil
    case .numbers(let values): return values.map(Double.init)
    default: throw wrong(name, "list of numbers")
    }
  }

  /// Whole numbers that are an attribute in old versions and an input in new ones.
  func integers(_ name: String, orInput place: Int) throws(ModelProblem) -> [Int]? {
    if let values = try integers(name) { return values }
    return try optional(place)?.integers()
  }
}
