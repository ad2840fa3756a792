internal import Scoring
internal import Spaces
public import Tensors

/// A configuration with values of the public reference implementation, in double precision.
public struct PublishedCase: Sendable {
  /// What the case is called.
  public var label: String
  /// The network and the minibatch.
  public var configuration: ConformanceConfiguration
  /// Values by name.
  public var values: [String: Double]
  /// Names of what is infinite, NaN or a number that stands for it in the reference, and must have no
  /// value.
  public var undefined: Set<String>

  init(
    label: String, configuration: ConformanceConfiguration, values: [String: Double],
    undefined: Set<String> = []
  ) {
    self.label = label
    self.configuration = configuration
    self.values = values
    self.undefined = undefined
  }

  /// Every name that is compared.
  public var names: Set<String> { undefined.union(values.keys) }

  /// The largest difference that counts as equal.
  ///
  /// VKDNW must agree to 1e-7 relative in double and to 1e-3 absolute in float, `zico` to 1e-6 relative
  /// and `l-swag` to 1e-7 in double and both to what their own conditioning leaves in float
  /// (``ConformanceResult/tolerances``), and the others to 1e-8 and 2e-4 relative; counts must be equal.
  /// The published values of the full network have eleven digits, those at batch 64 six.
  ///
  /// - Parameters:
  ///   - name: the name of the value.
  ///   - result: what was computed on the configuration.
  /// - Returns: the difference, 0 for counts.
  public func tolerance(for name: String, of result: ConformanceResult) -> Double {
    guard let value = values[name], !Self.counts.contains(name) else { return 0 }
    let isFloat = configuration.precision == .float
    if name.hasPrefix("vkdnw") {
      if isFloat { return 1e-3 }
      let digits = configuration.batch == 64 ? 5e-7 : 0
      return max(1e-7 * abs(value), digits, 1e-12)
    }
    let doubleShare =
      switch name {
      case ZiCo().name: 1e-6
      case LSWAG().name: 1e-7
      default: 1e-8
      }
    let doubleTolerance = doubleShare * abs(value)
    guard isFloat else { return doubleTolerance }
    return max(result.tolerances[name] ?? 2e-4 * abs(value), doubleTolerance)
  }

  private static let counts: Set<String> = ["tensors", "layers", "multiplyAdds", "parameterCount"]

  /// The same case in another precision.
  public func with(precision: Precision) -> PublishedCase {
    var copy = self
    copy.configuration.precision = precision
    return copy
  }

  /// The published cells: A to H small, A with more classes, A and C of twice the width and resolution, A at
  /// full size with 8 and 64 images.
  public static let all: [PublishedCase] = (small + moreClasses + medium + fullSize).map {
    var published = $0
    for values in [PublishedProxies.values, PublishedNewerProxies.values] {
      published.values.merge(values[published.label] ?? [:]) { $1 }
    }
    for names in [PublishedProxies.undefined, PublishedNewerProxies.undefined] {
      published.undefined.formUnion(names[published.label] ?? [])
    }
    return published
  }

  private static let medium: [PublishedCase] = [
    PublishedCase(
      label: "A medium",
      configuration: ConformanceConfiguration(cell: cellA, width: 8, resolution: 16), values: [:]),
    PublishedCase(
      label: "C medium",
      configuration: ConformanceConfiguration(cell: cellC, width: 8, resolution: 16), values: [:]),
  ]

  private static let fullSize: [PublishedCase] = [
    PublishedCase(
      label: "A full size",
      configuration: ConformanceConfiguration(cell: cellA, width: 16, cells: 5, resolution: 32),
      values: [
        "tensors": 156, "vkdnw.released": 0.535890177412, "vkdnw.exact": 0.520980454419,
        "vkdnw.calibrated": 0.695705129107,
      ]),
    PublishedCase(
      label: "A full size, batch 64",
      configuration: ConformanceConfiguration(
        cell: cellA, width: 16, cells: 5, resolution: 32, batch: 64),
      values: ["tensors": 156, "vkdnw.released": 0.883336, "vkdnw.exact": 0.861712]),
  ]

  private static let cellA = NASBench201Architecture(operations: [
    .convolution3x3, .skipConnect, .convolution1x1, .skipConnect, .averagePool3x3,
    .convolution3x3,
  ])

  private static let cellC = NASBench201Architecture(operations: [
    .averagePool3x3, .convolution1x1, .none, .none, .skipConnect, .convolution1x1,
  ])

  private static let small: [PublishedCase] = [
    PublishedCase(
      label: "A", configuration: ConformanceConfiguration(cell: cellA),
      values: [
        "tensors": 48, "vkdnw.released": 0.868265920086, "vkdnw.exact": 0.935885857226,
        "vkdnw.calibrated": 0.997955393658, "vkdnw.released.first-16": 0.944495835761,
        "vkdnw.released.2-weights": 0.576189330535, "vkdnw.released.4-weights": 0.321342778446,
        "vkdnw.released.first-half": 0.998205684434,
      ]),
    PublishedCase(
      label: "B",
      configuration: uniform(.convolution3x3),
      values: [
        "tensors": 75, "vkdnw.released": 0.672037259726, "vkdnw.exact": 0.649619039014,
        "vkdnw.calibrated": 1.019107749443, "vkdnw.released.first-16": 1.461437334294,
        "vkdnw.released.2-weights": 0.452774349035, "vkdnw.released.4-weights": 0.151582761478,
        "vkdnw.released.first-half": 0.809707461824,
      ]),
    PublishedCase(
      label: "C",
      configuration: ConformanceConfiguration(cell: cellC),
      values: [
        "tensors": 39, "vkdnw.released": 1.038201169146, "vkdnw.exact": 1.108775813260,
        "vkdnw.calibrated": 0.966055548408, "vkdnw.released.first-16": 1.156412104943,
        "vkdnw.released.2-weights": 0.726294451572, "vkdnw.released.4-weights": 0.535257910744,
        "vkdnw.released.first-half": 1.199801424339,
      ]),
    PublishedCase(
      label: "D",
      configuration: cell([.none, .skipConnect, .none, .none, .none, .skipConnect]),
      values: [
        "tensors": 21, "vkdnw.released": 1.298758869799, "vkdnw.exact": 1.296023598424,
        "vkdnw.calibrated": 1.318316748261,
      ]),
    PublishedCase(
      label: "F",
      configuration: uniform(.none),
      values: ["tensors": 21, "vkdnw.released": 0, "vkdnw.exact": 0, "vkdnw.calibrated": 0]),
    PublishedCase(
      label: "G",
      configuration: uniform(.averagePool3x3),
      values: [
        "tensors": 21, "vkdnw.released": 0.825018232521, "vkdnw.exact": 0.962254376872,
        "vkdnw.calibrated": 1.145066090057,
      ]),
    PublishedCase(
      label: "H",
      configuration: cell([.convolution3x3, .none, .none, .skipConnect, .none, .none]),
      values: [
        "tensors": 30, "vkdnw.released": 1.057880352400, "vkdnw.exact": 1.075682917122,
      ]),
  ]

  private static let moreClasses: [PublishedCase] = [
    PublishedCase(
      label: "A, 100 classes",
      configuration: ConformanceConfiguration(cell: cellA, classes: 100),
      values: ["tensors": 48, "vkdnw.released": 0.773435526682]),
    PublishedCase(
      label: "A, 120 classes",
      configuration: ConformanceConfiguration(cell: cellA, classes: 120),
      values: ["tensors": 48, "vkdnw.released": 0.910557858307]),
  ]

  private static func cell(_ operations: [NASBench201Operation]) -> ConformanceConfiguration {
    ConformanceConfiguration(cell: NASBench201Architecture(operations: operations))
  }
  private static func uniform(_ operation: NASBench201Operation) -> ConformanceConfiguration {
    cell([NASBench201Operation](repeating: operation, count: 6))
  }
}
