package import Tensors

/// Feature maps of a minibatch as a matrix with a row for each channel.
///
/// The columns are the places of all images, image after image.
package struct ChannelRows {
  /// The numbers, `channels x (batch height width)`.
  package private(set) var values: [Double]
  /// Rows.
  package let channels: Int
  /// Columns.
  package let places: Int

  /// Reads feature maps, with the places of each `ratio x ratio` square as channels of their own.
  ///
  /// Channel `(c ratio + y) ratio + x` holds what was channel `c` at place `(y, x)` of its square.
  ///
  /// - Parameters:
  ///   - rows: an image a row, each row-major `[channels, height, width]`.
  ///   - shape: the shape of one image.
  ///   - ratio: the side of a square; it divides height and width.
  package init(_ rows: Matrix, shape: TensorShape, ratio: Int = 1) {
    precondition(
      ratio > 0 && shape.height % ratio == 0 && shape.width % ratio == 0,
      "\(shape) in squares of \(ratio)")
    channels = shape.channels * ratio * ratio
    places = rows.rows * shape.area / (ratio * ratio)
    var values: [Double] = []
    values.reserveCapacity(rows.values.count)
    let source = rows.values
    for channel in 0..<shape.channels {
      for square in 0..<ratio * ratio {
        for image in 0..<rows.rows {
          let start = image * rows.columns + channel * shape.area
          if ratio == 1 {
            values += source[start..<start + shape.area]
            continue
          }
          for y in stride(from: square / ratio, to: shape.height, by: ratio) {
            for x in stride(from: square % ratio, to: shape.width, by: ratio) {
              values.append(source[start + y * shape.width + x])
            }
          }
        }
      }
    }
    self.values = values
  }

  /// The numbers as a matrix.
  package var matrix: Matrix { Matrix(rows: channels, columns: places, values: values) }

  /// Subtracts its mean from each row.
  ///
  /// - Returns: the means.
  package mutating func centre() -> [Double] {
    let (channels, places) = (channels, places)
    var span = values.mutableSpan
    return (0..<channels).map { channel in
      let start = channel * places
      var sum = 0.0
      for place in start..<start + places { sum += span[place] }
      let mean = sum / Double(places)
      for place in start..<start + places { span[place] -= mean }
      return mean
    }
  }
}
