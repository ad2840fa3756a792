internal import Networks
internal import Tensors

/// How many inputs an operator reads.
enum Arity {
  /// The shape of the only input.
  static func one(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    guard inputs.count == 1 else { throw ShapeProblem("reads one input, got \(inputs.count)") }
    return inputs[0]
  }

  /// The shapes of two inputs.
  static func two(_ inputs: [Shape]) throws(ShapeProblem) -> (Shape, Shape) {
    guard inputs.count == 2 else { throw ShapeProblem("reads two inputs, got \(inputs.count)") }
    return (inputs[0], inputs[1])
  }

  /// The shape of the only input, which must be feature maps.
  static func maps(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let shape = try one(inputs)
    guard shape.isMaps else {
      throw ShapeProblem("reads feature maps [channels, height, width], got \(shape)")
    }
    return shape
  }
}
