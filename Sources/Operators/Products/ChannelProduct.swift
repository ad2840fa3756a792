public import Networks
public import Tensors

/// Feature maps times a number for each channel: `y[c] = x[c] v[c]` at every place.
///
/// It reads the feature maps and then the numbers, as maps of one place. Where these are computed from the
/// feature maps it is the last step of squeeze-and-excitation: J. Hu, L. Shen and G. Sun,
/// *Squeeze-and-Excitation Networks*, CVPR 2018.
public struct ChannelProduct: Operator, ListedOperator {
  /// Creates a product.
  public init() {}

  public var name: String { "channel-product" }
  public var kind: OperatorKind { .product }
  package static var examples: [OperatorExample] {
    [
      OperatorExample(ChannelProduct(), [5, 6, 7], [5, 1, 1]),
      OperatorExample(ChannelProduct(), [32, 5, 3], [32, 1, 1]),
      OperatorExample(ChannelProduct(), [17, 1, 1], [17, 1, 1]),
    ]
  }

  /// The shape of the feature maps.
  public func outputShape(_ inputs: [Shape]) throws(ShapeProblem) -> Shape {
    let (maps, factors) = try Arity.two(inputs)
    guard maps.isMaps, factors == [maps.channels, 1, 1] else {
      throw ShapeProblem(
        "multiplies feature maps by a number for each channel, got \(maps) and \(factors)")
    }
    return maps
  }

  /// Linear in each input.
  public var derivative: Derivative { Derivative(reads: .inputs, zero: .ifAnyInputIs) }

  /// That of the maps; the numbers may come in any.
  public func layouts(given: [Layout], inputs: [Shape], output: Shape) -> OperatorLayouts {
    OperatorLayouts(inputs: given, output: given[0])
  }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  public func exported(inputs: [Shape], output: Shape) -> ExportedOperation {
    ExportedOperation(
      pyTorch: .function { "\($0[0]) * \($0[1])" }, onnx: .node("Mul"))
  }

  /// Joins the product with memory.
  public func bound(in context: BindingContext) -> any BoundOperator {
    BoundChannelProduct(pool: context.pool)
  }
}

private final class BoundChannelProduct: BoundOperator {
  private let pool: TensorPool

  init(pool: TensorPool) { self.pool = pool }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].scaleChannels(by: inputs[1], into: output)
  }

  /// `y' = x' v + x v'`.
  func pushforward(_ tangents: [Tensor?], at point: OperatorPoint, into output: Tensor)
    throws(BackendError)
  {
    if let maps = tangents[0] { maps.scaleChannels(by: try point.input(1), into: output) }
    if let factors = tangents[1] {
      try point.input(0).scaleChannels(by: factors, adding: tangents[0] != nil, into: output)
    }
    if tangents[0] == nil, tangents[1] == nil { output.clear() }
  }

  /// `dx = dy v`, and `dv` the sum of `dy x` over the places.
  func pullback(
    _ cotangent: Tensor, at point: OperatorPoint, toInput place: Int, into input: Tensor
  ) throws(BackendError) {
    if place == 0 {
      cotangent.scaleChannels(by: try point.input(1), into: input)
    } else {
      cotangent.channelDots(try point.input(0), into: input)
    }
  }

  /// The pullback is linear in the values that it reads, so its change is the pullback at theirs.
  func addPullbackChange(
    of cotangent: Tensor, at point: OperatorPoint, along change: OperatorChange,
    toInput place: Int, to input: Tensor
  ) {
    guard let other = change.inputs[1 - place] else { return }
    if place == 0 {
      cotangent.scaleChannels(by: other, adding: true, into: input)
    } else {
      let term = pool.take(like: input)
      cotangent.channelDots(other, into: term)
      input.combine(plain: [input, term])
      pool.give(term)
    }
  }
}
