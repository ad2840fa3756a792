public import Tensors

/// Average pooling over square windows.
public struct AveragePool: Primitive {
  /// The windows and their divisor.
  public var geometry: PoolingGeometry

  /// Creates an average pooling.
  public init(_ geometry: PoolingGeometry) { self.geometry = geometry }

  /// The shape of the output.
  public func outputShape(_ inputs: [TensorShape]) -> Result<TensorShape, ShapeProblem> {
    let input = inputs[0]
    guard input.height + 2 * geometry.padding >= geometry.kernel,
      input.width + 2 * geometry.padding >= geometry.kernel
    else {
      return .failure(
        ShapeProblem("a \(geometry.kernel)x\(geometry.kernel) window does not fit \(input)"))
    }
    return .success(
      TensorShape(
        channels: input.channels, height: geometry.output(input.height),
        width: geometry.output(input.width)))
  }

  /// Linear.
  public var derivative: DerivativeForm { .linear }

  /// Cheap to compute.
  public var isRecomputed: Bool { true }

  /// `average-pool`.
  public var exported: ExportedOperation {
    let geometry = geometry
    return ExportedOperation(
      "average-pool",
      [
        "kernel": .integer(geometry.kernel), "stride": .integer(geometry.stride),
        "padding": .integer(geometry.padding), "countsPadding": .flag(geometry.countsPadding),
      ],
      pyTorch: .function { inputs in
        var arguments = [inputs[0], "\(geometry.kernel)", "stride=\(geometry.stride)"]
        if geometry.padding > 0 {
          arguments.append("padding=\(geometry.padding)")
          if !geometry.countsPadding { arguments.append("count_include_pad=False") }
        }
        return "functional.avg_pool2d(\(arguments.joined(separator: ", ")))"
      })
  }

  /// Joins the pooling with a worker's scratch memory.
  public func bound(in context: BindingContext) -> any BoundPrimitive {
    BoundAveragePool(geometry: geometry, engine: context.engine)
  }
}

private final class BoundAveragePool: BoundPrimitive {
  let geometry: PoolingGeometry
  let engine: KernelEngine

  init(geometry: PoolingGeometry, engine: KernelEngine) {
    self.geometry = geometry
    self.engine = engine
  }

  func apply(_ inputs: [Tensor], into output: Tensor) {
    inputs[0].averagePool(geometry, into: output, on: engine)
  }
  func pushforward(_ tangent: Tensor, into output: Tensor) {
    tangent.averagePool(geometry, into: output, on: engine)
  }
  func pullback(_ cotangent: Tensor, into input: Tensor) {
    cotangent.averagePoolTransposed(geometry, into: input, on: engine)
  }
}
