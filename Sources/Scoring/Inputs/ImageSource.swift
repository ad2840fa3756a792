public import Formats
public import Tensors

/// Images of one minibatch, with labels where there are any.
public struct Minibatch: Hashable, Sendable {
  /// Row-major pixels `[batch, channels, height, width]`, normalised.
  public var pixels: [Float]
  /// A class for each image, from 0, or `nil` where the images have none.
  public var labels: [Int]?

  /// Joins images and labels.
  public init(pixels: [Float], labels: [Int]?) {
    self.pixels = pixels
    self.labels = labels
  }
}

/// Where the images of proxies come from that were published with real ones.
///
/// A minibatch is a pure function of the source, its number and the seed: neither the architecture nor
/// the order of the work changes it, so all networks of a run see the same images.
public protocol ImageSource: Sendable {
  /// What names the origin in the settings of a record, such as a digest of the files.
  var settings: [String: SettingValue] { get }

  /// What messages call the images, such as the names of their files.
  var origin: String { get }

  /// Whether the images have labels.
  var hasLabels: Bool { get }

  /// Says in one line why the source cannot serve a network, `nil` where it can.
  ///
  /// - Parameters:
  ///   - shape: the shape of one input image.
  ///   - classes: the network's classes, above every label.
  ///   - count: images of one minibatch.
  ///   - minibatches: how many minibatches are wanted.
  /// - Returns: one line, or `nil`.
  func obstacle(shape: Shape, classes: Int, count: Int, minibatches: Int) -> String?

  /// A minibatch; different numbers give disjoint images.
  ///
  /// - Parameters:
  ///   - number: the number of the minibatch: 2 i and 2 i + 1 belong to initialisation i.
  ///   - count: its images.
  ///   - shape: the shape of one image.
  ///   - classes: the network's classes.
  ///   - seed: the seed of the run.
  /// - Returns: the images, and labels if the source has them.
  func minibatch(
    _ number: Int, count: Int, shape: Shape, classes: Int, seed: UInt64
  ) -> Minibatch
}

extension ImageSource {
  /// `the images`.
  public var origin: String { "the images" }
}
