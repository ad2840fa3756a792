/// A convolution as matrix products over unfolded windows.
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
  private let weights: Int
  /// Whether the unfolded matrix is the image itself.
  private let isPlain: Bool

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    inPerGroup = geometry.inChannels / geometry.groups
    outPerGroup = geometry.outChannels / geometry.groups
    inArea = geometry.inHeight * geometry.inWidth
    outArea = geometry.outHeight * geometry.outWidth
    weights = inPerGroup * geometry.taps
    isPlain = geometry.isPointwise
  }

  /// Elements of work space.
  var workCount: Int { isPlain ? 0 : weights * outArea }

  /// Runs on row-major values of `batch` images, with `workCount` elements of work space.
  func run<T: BLASElement>(
    _ direction: ConvolutionDirection, batch: Int, input: UnsafeMutablePointer<T>,
    weights w: UnsafeMutablePointer<T>, output: UnsafeMutablePointer<T>,
    work: UnsafeMutablePointer<T>
  ) {
    for image in 0..<batch {
      for group in 0..<geometry.groups {
        let x = unsafe input + (image * geometry.groups + group) * inPerGroup * inArea
        let y = unsafe output + (image * geometry.groups + group) * outPerGroup * outArea
        let w = unsafe w + group * outPerGroup * weights
        let unfolded = unsafe isPlain ? x : work
        switch direction {
        case .forward:
          if !isPlain { unsafe unfold(x, into: unfolded) }
          unsafe T.multiply(
            w, weights, transposingA: false, unfolded, outArea, transposingB: false,
            rows: outPerGroup, columns: outArea, inner: weights, beta: 0, into: y, outArea)
        case .backwardData:
          unsafe T.multiply(
            w, weights, transposingA: true, y, outArea, transposingB: false, rows: weights,
            columns: outArea, inner: outPerGroup, beta: 0, into: unfolded, outArea)
          if !isPlain { unsafe fold(unfolded, into: x) }
        case .backwardWeights:
          if !isPlain { unsafe unfold(x, into: unfolded) }
          unsafe T.multiply(
            y, outArea, transposingA: false, unfolded, outArea, transposingB: true,
            rows: outPerGroup, columns: weights, inner: outArea, beta: image == 0 ? 0 : 1, into: w,
            weights)
        }
      }
    }
  }

  /// The output places `from..<to` along a side whose windows read inside the image at tap `tap`.
  private func inside(_ side: WindowSide, tap: Int, size: Int, outSize: Int)
    -> (from: Int, to: Int)
  {
    let offset = tap * side.dilation - side.before
    let from = offset >= 0 ? 0 : (-offset + side.stride - 1) / side.stride
    let last = size - 1 - offset
    let to = last < 0 ? 0 : min(outSize, last / side.stride + 1)
    return (min(from, to), to)
  }

  private func unfold<T: BLASElement>(
    _ x: UnsafeMutablePointer<T>, into unfolded: UnsafeMutablePointer<T>
  ) {
    let (height, width) = (geometry.inHeight, geometry.inWidth)
    let (outHeight, outWidth) = (geometry.outHeight, geometry.outWidth)
    let (rowSide, columnSide) = (geometry.rows, geometry.columns)
    let stride = columnSide.stride
    var target = unsafe unfolded
    for channel in 0..<inPerGroup {
      let plane = unsafe x + channel * inArea
      for a in 0..<rowSide.kernel {
        let rows = inside(rowSide, tap: a, size: height, outSize: outHeight)
        for b in 0..<columnSide.kernel {
          let columns = inside(columnSide, tap: b, size: width, outSize: outWidth)
          for u in 0..<outHeight {
            guard u >= rows.from, u < rows.to, columns.from < columns.to else {
              unsafe target.update(repeating: 0, count: outWidth)
              unsafe target += outWidth
              continue
            }
            unsafe target.update(repeating: 0, count: columns.from)
            unsafe (target + columns.to).update(repeating: 0, count: outWidth - columns.to)
            let row = u * rowSide.stride + a * rowSide.dilation - rowSide.before
            var source = unsafe plane + row * width
            unsafe source += columns.from * stride + b * columnSide.dilation - columnSide.before
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
  private func fold<T: BLASElement>(
    _ unfolded: UnsafeMutablePointer<T>, into x: UnsafeMutablePointer<T>
  ) {
    let (height, width) = (geometry.inHeight, geometry.inWidth)
    let (outHeight, outWidth) = (geometry.outHeight, geometry.outWidth)
    let (rowSide, columnSide) = (geometry.rows, geometry.columns)
    let stride = columnSide.stride
    unsafe x.update(repeating: 0, count: inPerGroup * inArea)
    var source = unsafe unfolded
    for channel in 0..<inPerGroup {
      let plane = unsafe x + channel * inArea
      for a in 0..<rowSide.kernel {
        let rows = inside(rowSide, tap: a, size: height, outSize: outHeight)
        for b in 0..<columnSide.kernel {
          let columns = inside(columnSide, tap: b, size: width, outSize: outWidth)
          let shift = b * columnSide.dilation - columnSide.before
          for u in rows.from..<rows.to {
            let row = unsafe source + u * outWidth
            let place = u * rowSide.stride + a * rowSide.dilation - rowSide.before
            let target = unsafe plane + place * width
            for v in columns.from..<columns.to {
              unsafe target[v &* stride &+ shift] += row[v]
            }
          }
          unsafe source += outHeight * outWidth
        }
      }
    }
  }
}
