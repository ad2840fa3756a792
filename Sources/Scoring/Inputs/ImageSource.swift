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

/// Why proxies cannot be scored with the images and tensors that there are.
///
/// The check is for the time before any work starts: a run must not stop at its first proxy that
/// reads labels.
public struct InputObstacle: Error, Hashable, Sendable, CustomStringConvertible {
  /// What has to change.
  public enum Remedy: Hashable, Sendable {
    /// The options.
    case usage
    /// The data.
    case data
  }

  /// What has to change.
  public let remedy: Remedy
  /// One line that says why, and what would do.
  public let description: String

  private init(_ remedy: Remedy, _ description: String) {
    self.remedy = remedy
    self.description = description
  }

  /// Finds the first obstacle.
  ///
  /// - Parameters:
  ///   - proxies: what is to be scored.
  ///   - settings: the settings of all proxies.
  ///   - images: where images come from, `nil` where nothing was said of them.
  ///   - given: tensors that replace drawn ones.
  ///   - shape: the shape of one image.
  ///   - classes: the network's classes.
  /// - Returns: the obstacle, or `nil` where all proxies have what they need.
  public static func first(
    for proxies: [any Proxy], settings: ScoringSettings, images: (any ImageSource)?,
    given: GivenTensors = GivenTensors(), shape: Shape, classes: Int
  ) -> InputObstacle? {
    for proxy in proxies where proxy.needs.contains(.severalImages) && settings.batch < 2 {
      return InputObstacle(
        .usage, "\(proxy.name) needs more than one image in a minibatch, not \(settings.batch)")
    }
    if let inputs = given.inputs {
      return first(for: proxies, inputs: inputs, second: given.secondInputs)
    }
    let readers = proxies.filter { $0.needs.contains(.images) }
    guard let images else {
      return readers.first.map { proxy in
        let labels = proxy.needs.contains(.labels) ? " with labels" : ""
        return InputObstacle(
          .usage,
          "\(proxy.name) needs images\(labels): give --images FILE, or --images synthetic or noise "
            + "to do without real ones")
      }
    }
    // Minibatches 2 i and 2 i + 1 belong to initialisation i.
    let pairs = readers.contains { $0.needs.contains(.secondMinibatch) }
    let minibatches = 2 * settings.initializations - (pairs ? 0 : 1)
    let obstacle = images.obstacle(
      shape: shape, classes: classes, count: settings.batch, minibatches: minibatches)
    if let obstacle { return InputObstacle(.data, obstacle) }
    if !images.hasLabels, let proxy = readers.first(where: { $0.needs.contains(.labels) }) {
      return InputObstacle(
        .data,
        "\(images.origin): no labels, but \(proxy.name) needs them: give --labels FILE.npy, or "
          + "--labels random")
    }
    return nil
  }

  /// What is missing among given tensors, which serve every proxy.
  private static func first(
    for proxies: [any Proxy], inputs: Minibatch, second: Minibatch?
  ) -> InputObstacle? {
    for proxy in proxies {
      let isPair = proxy.needs.contains(.secondMinibatch)
      if isPair, second == nil {
        return InputObstacle(
          .data, "\(proxy.name) needs a second minibatch: the tensor 'input2' beside 'input'")
      }
      guard proxy.needs.contains(.labels) else { continue }
      if inputs.labels == nil {
        return InputObstacle(
          .data, "\(proxy.name) needs labels: the tensor 'labels' beside 'input'")
      }
      if isPair, second?.labels == nil {
        return InputObstacle(
          .data, "\(proxy.name) needs labels of both minibatches: the tensor 'labels2'")
      }
    }
    return nil
  }
}
