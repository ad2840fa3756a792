struct UnfoldedConvolution {
  init(_ geometry: ConvolutionGeometry) {}
  func run(
    _ direction: ConvolutionDirection, input: Tensor, weights: Tensor, output: Tensor,
    on engine: KernelEngine
  ) {}
}
