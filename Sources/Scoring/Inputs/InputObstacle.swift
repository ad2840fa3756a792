public import Tensors

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
