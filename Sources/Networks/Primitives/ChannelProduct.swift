public import Tensors

/// Feature maps times a vector for each image: `y[c] = x[c] v[c]` at every place.
///
/// It reads the feature maps and then the vector. With a vector that is computed from the feature maps
/// it is the last step of squeeze-and-excitation: J. Hu, L. Shen and G. Sun, *Squeeze-and-Excitation
/// Networks*, CVPR 2018.
public struct ChannelProduct: Primitive {
  /// Creates a product.
  public init() {}

  /// The shape of the feature maps.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    guard inputs.count == 2, inputs[1] == TensorShape(channels: inputs[0].channels) else {
      return .failure(
        ShapeProblem(
          "multiplies feature maps by a vector of their channels, got \(inputs.map(\.description))"
        ))
    }
    return .success(inputs[0])
  }

  /// Linear in each input.
  public var derivative: DerivativeForm { .bilinear }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// `channel-product`.
  public var exported: ExportedOperation {
    ExportedOperation("channel-product", pyTorch: .function { "\($0[0]) * \($0[1])" })
  }

  /// Needs no numbers.
  public func bound(in context: BindingContext) -> any BoundPrimitive { BoundChannelProduct() }
}

private final class BoundChannelProduct: BoundPrimitive {
  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].scaleChannels(by: inputs[1], into: output)
  }

  /// `y' = x' v + x v'`.
  func pushforward(_ tangents: [Tensor?], at point: NodeValues, into output: Tensor) {
    if let maps = tangents[0] { maps.scaleChannels(by: point.inputs[1], into: output) }
    if let vector = tangents[1] {
      point.inputs[0].scaleChannels(by: vector, adding: tangents[0] != nil, into: output)
    }
    if tangents[0] == nil, tangents[1] == nil { output.clear() }
  }

  /// `dx = dy v`, and `dv` the sum of `dy x` over the places.
  func pullback(_ cotangent: Tensor, at point: NodeValues, toInput place: Int, into input: Tensor) {
    if place == 0 {
      cotangent.scaleChannels(by: point.inputs[1], into: input)
    } else {
      cotangent.channelDots(point.inputs[0], into: input)
    }
  }

  /// The pullback is linear in the values that it reads, so its change is the pullback at theirs.
  func addPullbackChange(
    of cotangent: Tensor, at point: NodeValues, along change: NodeChange, toInput place: Int,
    to input: Tensor, memory: LinearizationMemory
  ) {
    guard let other = change.inputs[1 - place] else { return }
    if place == 0 {
      cotangent.scaleChannels(by: other, adding: true, into: input)
    } else {
      let term = memory.take(like: input)
      cotangent.channelDots(other, into: term)
      input.combine(plain: [input, term])
      memory.give(term)
    }
  }
}
