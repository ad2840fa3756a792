internal import COpenBLAS

/// A double convolution as matrix products over unfolded windows.
///
/// Column `(u, v)` of the unfolded matrix of one image and group holds the window that output place
/// `(u, v)` reads, one row for each weight of an output channel. Images are taken one by one, so an
/// image's result does not depend on its batch.
struct UnfoldedConvolution {
  private let geometry: ConvolutionGeometry
  private let inPerGroup: Int
  private let outPerGroup: Int
  private let inArea: Int
  private let outArea: Int
  /// Rows of the unfolded matrix: weights of one output channel.
  private let taps: Int
  /// Whether the unfolded matrix is the image itself.
  private let isPlain: Bool

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    inPerGroup = geometry.inChannels / geometry.groups
    outPerGroup = geometry.outChannels / geometry.groups
    inArea = geometry.inHeight * geometry.inWidth
    outArea = geometry.outHeight * geometry.outWidth
    taps = inPerGroup * geometry.kernel * geometry.kernel
    isPlain = geometry.kernel == 1 && geometry.stride == 1 && geometry.padding == 0
  }

  func run(
    _ direction: ConvolutionDirection, input: Tensor, weights: Tensor, output: Tensor,
    on engine: KernelEngine
  ) {
    let scratch = isPlain ? nil : engine.scratch(count: taps * outArea)
    for image in 0..<input.shape.batch {
      for group in 0..<geometry.groups {
        let x = unsafe input.doubles + image * input.imageStride + group * inPerGroup * inArea
        let y = unsafe output.doubles + image * output.imageStride + group * outPerGroup * outArea
        let w = unsafe weights.doubles + group * outPerGroup * taps
        let unfolded = unsafe scratch?.pointer(Double.self, at: 0) ?? x
        switch direction {
        case .forward:
          if !isPlain { unsafe unfold(x, into: unfolded) }
          unsafe tfn_gemm_f64(
            0, 0, outPerGroup, outArea, taps, 1, w, taps, unfolded, outArea, 0, y, outArea)
        case .backwardData:
          unsafe tfn_gemm_f64(
            1, 0, taps, outArea, outPerGroup, 1, w, taps, y, outArea, 0, unfolded, outArea)
          if !isPlain { unsafe fold(unfolded, into: x) }
        case .backwardWeights:
          if !isPlain { unsafe unfold(x, into: unfolded) }
          unsafe tfn_gemm_f64(
            0, 1, outPerGroup, taps, outArea, 1, y, outArea, unfolded, outArea,
            image == 0 ? 0 : 1, w, taps)
        }
      }
    }
  }

  /// The output places `from..<to` along a side whose windows read inside the image at tap `tap`.
  private func inside(tap: Int, size: Int, outSize: Int) -> (from: Int, to: Int) {
    let (stride, padding) = (geometry.stride, geometry.padding)
    let from = tap >= padding ? 0 : (padding - tap + stride - 1) / stride
    let last = size - 1 + padding - tap
    let to = last < 0 ? 0 : min(outSize, last / stride + 1)
    return (min(from, to), to)
  }

  private func unfold(
    _ x: UnsafeMutablePointer<Double>, into unfolded: UnsafeMutablePointer<Double>
  ) {
    let (stride, padding, kernel) = (geometry.stride, geometry.padding, geometry.kernel)
    let (height, width) = (geometry.inHeight, geometry.inWidth)
    let (outHeight, outWidth) = (geometry.outHeight, geometry.outWidth)
    var target = unsafe unfolded
    for channel in 0..<inPerGroup {
      let plane = unsafe x + channel * inArea
      for a in 0..<kernel {
        let rows = inside(tap: a, size: height, outSize: outHeight)
        for b in 0..<kernel {
          let columns = inside(tap: b, size: width, outSize: outWidth)
          for u in 0..<outHeight {
            guard u >= rows.from, u < rows.to, columns.from < columns.to else {
              unsafe target.update(repeating: 0, count: outWidth)
              unsafe target += outWidth
              continue
            }
            unsafe target.update(repeating: 0, count: columns.from)
            unsafe (target + columns.to).update(repeating: 0, count: outWidth - columns.to)
            var source = unsafe plane + (u * stride + a - padding) * width
            unsafe source += columns.from * stride + b - padding
            if stride == 1 {
              unsafe (target + columns.from).update(from: source, count: columns.to - columns.from)
            } else {
              for v in columns.from..<columns.to {
                unsafe target[v] = source.pointee
                unsafe source += stride
              }
            }
            unsafe target += outWidth
          }
        }
      }
    }
  }

  /// The transpose of `unfold`: adds every window entry to the place that it was read from.
  private func fold(_ unfolded: UnsafeMutablePointer<Double>, into x: UnsafeMutablePointer<Double>)
  {
    let (stride, padding, kernel) = (geometry.stride, geometry.padding, geometry.kernel)
    let (height, width) = (geometry.inHeight, geometry.inWidth)
    let (outHeight, outWidth) = (geometry.outHeight, geometry.outWidth)
    unsafe x.update(repeating: 0, count: inPerGroup * inArea)
    var source = unsafe unfolded
    for channel in 0..<inPerGroup {
      let plane = unsafe x + channel * inArea
      for a in 0..<kernel {
        let rows = inside(tap: a, size: height, outSize: outHeight)
        for b in 0..<kernel {
          let columns = inside(tap: b, size: width, outSize: outWidth)
          for u in rows.from..<rows.to {
            let row = unsafe source + u * outWidth
            let target = unsafe plane + (u * stride + a - padding) * width
            for v in columns.from..<columns.to {
              unsafe target[v &* stride &+ b &- padding] += row[v]
            }
          }
          unsafe source += outHeight * outWidth
        }
      }
    }
  }
}
