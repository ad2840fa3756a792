public import Scoring

/// What networks of a benchmark cost on a device, as its authors measured or modelled it.
public struct DeviceCost: Hashable, Sendable {
  /// What is measured, with its unit.
  public enum Quantity: String, Hashable, Sendable {
    /// The time of one image, in milliseconds.
    case latency
    /// The energy for one image, in millijoules.
    case energy

    /// `ms` or `mJ`.
    public var unit: String {
      switch self {
      case .latency: "ms"
      case .energy: "mJ"
      }
    }
  }

  /// The name of the device on the command line, such as `pixel3`.
  public let device: String
  /// The name of the device in print, such as `Pixel 3`.
  public let title: String
  /// What is measured.
  public let quantity: Quantity
  /// Classes and resolution of the networks that were measured.
  public let sizes: SpaceSizes

  /// Joins the parts.
  public init(device: String, title: String, quantity: Quantity, sizes: SpaceSizes) {
    self.device = device
    self.title = title
    self.quantity = quantity
    self.sizes = sizes
  }

  /// The name of the cost, which is that of its task, such as `pixel3-latency`.
  public var name: String { "\(device)-\(quantity.rawValue)" }

  /// The cost as a task, of which the accuracy is the cost with a minus sign: less is better.
  public var task: BenchmarkTask {
    BenchmarkTask(
      name: name, title: "\(title) \(quantity.rawValue)",
      measure: "negative \(quantity.rawValue) on \(title) in \(quantity.unit)", sizes: sizes)
  }
}
