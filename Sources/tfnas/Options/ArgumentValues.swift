public import ArgumentParser
public import Networks
public import Reports
public import Scoring
public import Search
public import Spaces
public import Tensors

// Enumerations as option values: an unknown name is answered with the list of those that exist.

extension ReportFormat: ExpressibleByArgument {}
extension UndefinedTreatment: ExpressibleByArgument {}
extension StudyReport.Coefficient: ExpressibleByArgument {}
extension Recipe: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension FisherFactor: ExpressibleByArgument {}
extension SmoothingRounding: ExpressibleByArgument {}
extension SpectrumQuantiles: ExpressibleByArgument {}
extension WeightTensors: ExpressibleByArgument {}
/// A data set by its name or as it is printed, such as `CIFAR-10`.
extension BenchmarkDataset: ExpressibleByArgument {
  /// The data set with a name.
  public init?(argument: String) {
    guard let dataset = Self.allCases.first(where: { $0.task.isNamed(argument) }) else {
      return nil
    }
    self = dataset
  }
}
extension ImageNormalization: ExpressibleByArgument {}
extension NASBench201Population: ExpressibleByArgument {}
extension SearchPreset: ExpressibleByArgument {}
extension SearchRepetition: ExpressibleByArgument {}
extension MobileNetV2Mutation.TypeWeights: ExpressibleByArgument {}

/// The modes in which samples are independent, as VKDNW needs them.
extension NormalizationMode: ExpressibleByArgument {
  /// The mode with a name of the option.
  public init?(argument: String) {
    guard let mode = NormalizationMode(rawValue: argument), Self.fisherModes.contains(mode) else {
      return nil
    }
    self = mode
  }

  /// Those of VKDNW's axis; `given` needs running statistics, which belong to files.
  private static var fisherModes: [NormalizationMode] {
    [.fresh, .calibrated, .updated, .identity]
  }

  /// The names of the option.
  public static var allValueStrings: [String] { fisherModes.map(\.rawValue) }
}

extension WeightPosition {
  /// A fraction from 0 to 1, or `random`.
  ///
  /// - Throws: a usage error for any other text.
  init(argument: String) throws {
    if argument == "random" {
      self = .random
    } else if let fraction = Double(argument), (0...1).contains(fraction) {
      self = .fraction(fraction)
    } else {
      throw ValidationError("it must be a number from 0 to 1, or random")
    }
  }
}

extension Pullbacks {
  /// A number of combinations, or `all`.
  ///
  /// - Throws: a usage error for any other text.
  init(argument: String) throws {
    if argument == "all" {
      self = .all
    } else if let count = Int(argument), (1...1_000_000).contains(count) {
      self = .combinations(count)
    } else {
      throw ValidationError("it must be a whole number from 1 to 1000000, or all")
    }
  }
}

/// Checks that a number is in a range.
///
/// - Throws: a usage error that names the option, the range and the number.
func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
  guard let value, !range.contains(value) else { return }
  throw ValidationError(
    "\(option) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(value)"
  )
}
