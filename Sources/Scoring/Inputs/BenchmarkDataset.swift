/// A data set on which the networks of a benchmark were trained.
///
/// The raw value is the name on the command line and in records.
public enum BenchmarkDataset: String, CaseIterable, Sendable {
  /// CIFAR-10.
  case cifar10
  /// CIFAR-100.
  case cifar100
  /// The first 120 classes of ImageNet at 16×16 pixels.
  case imageNet16 = "imagenet16-120"

  /// The number of classes.
  public var classCount: Int {
    switch self {
    case .cifar10: 10
    case .cifar100: 100
    case .imageNet16: 120
    }
  }

  /// The height and width of an image in pixels.
  public var resolution: Int {
    switch self {
    case .cifar10, .cifar100: 32
    case .imageNet16: 16
    }
  }
}

extension BenchmarkDataset: CustomStringConvertible {
  /// The name in print: CIFAR-10, CIFAR-100 or ImageNet16-120.
  public var description: String {
    switch self {
    case .cifar10: "CIFAR-10"
    case .cifar100: "CIFAR-100"
    case .imageNet16: "ImageNet16-120"
    }
  }
}
