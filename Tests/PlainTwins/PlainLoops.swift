internal import Foundation
package import Tensors

/// The obvious definition of every kernel, on row-major `[batch, channels, height, width]` doubles.
///
/// They share nothing with the kernels but the geometry types, and are written to be read.
package enum PlainLoops {
  // MARK: Convolution

  /// Visits every product `W[w] x[x]` that adds to `y[y]`, as indices into row-major arrays.
  private static func forEachProduct(
    _ g: ConvolutionGeometry, batch: Int, _ visit: (_ x: Int, _ w: Int, _ y: Int) -> Void
  ) {
    let inPerGroup = g.inChannels / g.groups
    let outPerGroup = g.outChannels / g.groups
    for image in 0..<batch {
      for out in 0..<g.outChannels {
        for u in 0..<g.outHeight {
          for v in 0..<g.outWidth {
            let y = ((image * g.outChannels + out) * g.outHeight + u) * g.outWidth + v
            for i in 0..<inPerGroup {
              let channel = out / outPerGroup * inPerGroup + i
              for a in 0..<g.rows.kernel {
                for b in 0..<g.columns.kernel {
                  let row = g.rows.stride * u + a * g.rows.dilation - g.rows.before
                  let column = g.columns.stride * v + b * g.columns.dilation - g.columns.before
                  guard row >= 0, row < g.inHeight, column >= 0, column < g.inWidth else {
                    continue
                  }
                  visit(
                    ((image * g.inChannels + channel) * g.inHeight + row) * g.inWidth + column,
                    ((out * inPerGroup + i) * g.rows.kernel + a) * g.columns.kernel + b, y)
                }
              }
            }
          }
        }
      }
    }
  }

  package static func convolution(
    _ g: ConvolutionGeometry, batch: Int, _ x: [Double], _ w: [Double]
  ) -> [Double] {
    var y = [Double](repeating: 0, count: g.outShape(batch: batch).count)
    forEachProduct(g, batch: batch) { y[$2] += w[$1] * x[$0] }
    return y
  }

  package static func convolutionBackwardData(
    _ g: ConvolutionGeometry, batch: Int, _ w: [Double], _ dy: [Double]
  ) -> [Double] {
    var dx = [Double](repeating: 0, count: g.inShape(batch: batch).count)
    forEachProduct(g, batch: batch) { dx[$0] += w[$1] * dy[$2] }
    return dx
  }

  package static func convolutionBackwardWeights(
    _ g: ConvolutionGeometry, batch: Int, _ x: [Double], _ dy: [Double]
  ) -> [Double] {
    var dw = [Double](repeating: 0, count: g.weightCount)
    forEachProduct(g, batch: batch) { dw[$1] += x[$0] * dy[$2] }
    return dw
  }

  // MARK: Pooling

  /// Visits every place that a window reads, with the window's divisor.
  private static func forEachPlace(
    _ g: PoolingGeometry, _ shape: TensorShape,
    _ visit: (_ x: Int, _ y: Int, _ divisor: Double) -> Void
  ) {
    let (outHeight, outWidth) = g.output(height: shape.height, width: shape.width)
    for plane in 0..<shape.batch * shape.channels {
      for u in 0..<outHeight {
        for v in 0..<outWidth {
          var places: [Int] = []
          var counted = 0
          for a in 0..<g.rows.kernel {
            for b in 0..<g.columns.kernel {
              let row = u * g.rows.stride + a * g.rows.dilation - g.rows.before
              let column = v * g.columns.stride + b * g.columns.dilation - g.columns.before
              if row < shape.height + g.rows.after, column < shape.width + g.columns.after {
                counted += 1
              }
              guard row >= 0, row < shape.height, column >= 0, column < shape.width else {
                continue
              }
              places.append((plane * shape.height + row) * shape.width + column)
            }
          }
          let divisor = g.countsPadding ? counted : places.count
          for place in places {
            visit(place, (plane * outHeight + u) * outWidth + v, Double(divisor))
          }
        }
      }
    }
  }

  package static func averagePool(_ g: PoolingGeometry, _ shape: TensorShape, _ x: [Double])
    -> [Double]
  {
    let (height, width) = g.output(height: shape.height, width: shape.width)
    let outputs = height * width
    var y = [Double](repeating: 0, count: shape.batch * shape.channels * outputs)
    forEachPlace(g, shape) { y[$1] += x[$0] / $2 }
    return y
  }

  /// The place of the largest element of each window, the first of equals.
  package static func windowMaxima(_ g: PoolingGeometry, _ shape: TensorShape, _ x: [Double])
    -> [Int]
  {
    let (height, width) = g.output(height: shape.height, width: shape.width)
    var places = [Int](repeating: -1, count: shape.batch * shape.channels * height * width)
    forEachPlace(g, shape) { place, window, _ in
      if places[window] < 0 || x[place] > x[places[window]] { places[window] = place }
    }
    return places
  }

  package static func averagePoolTransposed(
    _ g: PoolingGeometry, _ shape: TensorShape, _ dy: [Double]
  ) -> [Double] {
    var dx = [Double](repeating: 0, count: shape.count)
    forEachPlace(g, shape) { dx[$0] += dy[$1] / $2 }
    return dx
  }

  package static func globalAveragePool(_ shape: TensorShape, _ x: [Double]) -> [Double] {
    var y = [Double](repeating: 0, count: shape.batch * shape.channels)
    for i in x.indices { y[i / shape.area] += x[i] / Double(shape.area) }
    return y
  }

  package static func globalAveragePoolTransposed(_ shape: TensorShape, _ dy: [Double]) -> [Double]
  {
    (0..<shape.count).map { dy[$0 / shape.area] / Double(shape.area) }
  }

  // MARK: Elementwise

  package static func rectify(_ x: [Double]) -> [Double] { x.map { $0 < 0 ? 0 : $0 } }

  /// The gate holds one image of `imageCount` elements.
  package static func combine(
    plain: [[Double]], gated: [[Double]], gate: [Double], count: Int, imageCount: Int
  ) -> [Double] {
    (0..<count).map { i in
      var sum = 0.0
      for term in plain { sum += term[i] }
      if !gated.isEmpty, gate[i % imageCount] > 0 {
        for term in gated { sum += term[i] }
      }
      return sum
    }
  }

  package static func affine(
    _ shape: TensorShape, _ x: [Double], scale: [Double], shift: [Double]
  ) -> [Double] {
    x.indices.map { i in
      let channel = i / shape.area % shape.channels
      return scale[channel] * x[i] + shift[channel]
    }
  }

  // MARK: Readout

  package static func channel(_ channel: Int, _ shape: TensorShape, _ x: [Double]) -> [Double] {
    x.indices.filter { $0 / shape.area % shape.channels == channel }.map { x[$0] }
  }

  package static func shift(
    _ plane: [Double], height: Int, width: Int, outHeight: Int, outWidth: Int,
    rowStride: Int, columnStride: Int, row: Int, column: Int
  ) -> [Double] {
    var out: [Double] = []
    for u in 0..<outHeight {
      for v in 0..<outWidth {
        let (y, x) = (rowStride * u + row, columnStride * v + column)
        let isInside = y >= 0 && y < height && x >= 0 && x < width
        out.append(isInside ? plane[y * width + x] : 0)
      }
    }
    return out
  }

  package static func dotRows(_ rows: [Double], count: Int, _ other: [Double]?) -> [Double] {
    var result = [Double](repeating: 0, count: rows.count / count)
    for i in rows.indices { result[i / count] += rows[i] * (other?[i % count] ?? 1) }
    return result
  }
}
