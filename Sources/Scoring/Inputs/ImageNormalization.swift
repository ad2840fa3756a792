internal import Tensors

/// The mean and deviation by which pixels are normalised.
///
/// The raw value is the name on the command line and in records.
public enum ImageNormalization: String, CaseIterable, Sendable {
  /// Those of CIFAR-10.
  case cifar10
  /// Those of CIFAR-100.
  case cifar100
  /// Those of the first 120 classes of ImageNet at 16×16 pixels.
  case imageNet16 = "imagenet16-120"
  /// Pixels stay within 0 and 1.
  case none

  /// That of a benchmark's data set.
  public init(_ dataset: BenchmarkDataset) {
    switch dataset {
    case .cifar10: self = .cifar10
    case .cifar100: self = .cifar100
    case .imageNet16: self = .imageNet16
    }
  }

  /// That of the data set with so many classes and pixels, if there is one.
  ///
  /// - Parameters:
  ///   - classes: the number of classes.
  ///   - resolution: rows and columns of an image.
  public init?(classes: Int, resolution: Int) {
    let fitting = BenchmarkDataset.allCases.first {
      $0.classCount == classes && $0.resolution == resolution
    }
    guard let fitting else { return nil }
    self.init(fitting)
  }

  /// The mean of red, green and blue, in units of 1/255.
  ///
  /// Dong and Yang, *NAS-Bench-201*, ICLR 2020, and its code.
  public var mean: [Double] {
    switch self {
    case .cifar10: [125.3, 123.0, 113.9]
    case .cifar100: [129.3, 124.1, 112.4]
    case .imageNet16: [122.68, 116.66, 104.01]
    case .none: [0, 0, 0]
    }
  }

  /// The standard deviation of red, green and blue, in units of 1/255.
  public var deviation: [Double] {
    switch self {
    case .cifar10: [63.0, 62.1, 66.7]
    case .cifar100: [68.2, 65.4, 70.4]
    case .imageNet16: [63.22, 61.26, 65.09]
    case .none: [255, 255, 255]
    }
  }

  /// What becomes of each value of a byte: 256 numbers for each of three channels.
  var table: [[Float]] {
    zip(mean, deviation).map { mean, deviation in
      (0..<256).map { Float((Double($0) - mean) / deviation) }
    }
  }
}

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
