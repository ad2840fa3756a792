internal import Tensors

extension Tensor {
  private var line: StridedBox.Operand { StridedBox.Operand(steps: [1]) }

  /// Adds a multiple of a tensor of this layout.
  func add(_ x: Tensor, times factor: Double) {
    copy(x, StridedBox([imageStride], [line, line]), times: factor, adding: true)
  }

  /// Overwrites every image with the only one of a tensor of this layout, or adds it to them.
  func set(repeating image: Tensor, adding adds: Bool = false) {
    copy(image, StridedBox([imageStride], [line, line]), adding: adds)
  }
}
