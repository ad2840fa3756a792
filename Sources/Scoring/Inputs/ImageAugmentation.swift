internal import Tensors

/// A mirrored and shifted view of an image, as training sees it: with probability 1/2 left and right
/// are exchanged, then the image is padded with zeros and cut to its size at a random place.
///
/// The padding is an eighth of the height: 4 pixels of 32, 2 of 16. It is in front of the
/// normalisation, so that it is black.
struct ImageAugmentation {
  /// Whether left and right are exchanged.
  let isMirrored: Bool
  /// Rows by which the image moves up.
  let down: Int
  /// Columns by which it moves left, once it is mirrored.
  let right: Int

  /// The image as it is.
  static let none = ImageAugmentation(isMirrored: false, down: 0, right: 0)

  private init(isMirrored: Bool, down: Int, right: Int) {
    self.isMirrored = isMirrored
    self.down = down
    self.right = right
  }

  /// Draws a view.
  ///
  /// - Parameters:
  ///   - height: the rows of the image.
  ///   - place: the place of the image in its minibatch.
  ///   - stream: the random numbers of the minibatch.
  init(height: Int, at place: Int, from stream: RandomStream) {
    let padding = height / 8
    self.init(
      isMirrored: stream.sign(at: 3 * place) < 0,
      down: stream.integer(below: 2 * padding + 1, at: 3 * place + 1) - padding,
      right: stream.integer(below: 2 * padding + 1, at: 3 * place + 2) - padding)
  }

  /// The pixel of the image that a place of the view shows, `nil` where it shows the padding.
  @inline(__always)
  func source(row: Int, column: Int, height: Int, width: Int) -> (row: Int, column: Int)? {
    let (row, column) = (row + down, column + right)
    guard row >= 0, row < height, column >= 0, column < width else { return nil }
    return (row, isMirrored ? width - 1 - column : column)
  }
}
