/// One direction of a chart: what it measures, and where its values lie.
public struct Axis: Hashable, Sendable {
  /// How the values are laid out.
  public enum Layout: Hashable, Sendable {
    /// Numbers along a scale.
    case scale(Scale)
    /// Names, one after the other.
    case names([String])
  }

  /// What it measures, with the unit; empty where names say it.
  public let title: String
  /// How the values are laid out.
  public let layout: Layout

  /// An axis of numbers.
  ///
  /// - Parameters:
  ///   - title: what is measured.
  ///   - unit: its unit, `nil` for plain numbers.
  ///   - scale: the scale.
  public init(_ title: String, unit: String? = nil, _ scale: Scale) {
    self.title = unit.map { "\(title) (\($0))" } ?? title
    layout = .scale(scale)
  }

  /// An axis of names.
  ///
  /// - Parameters:
  ///   - title: what the names are.
  ///   - unit: the unit of names that are numbers.
  ///   - names: the names in order.
  public init(_ title: String, unit: String? = nil, names: [String]) {
    self.title = unit.map { "\(title) (\($0))" } ?? title
    layout = .names(names)
  }

  /// Where a number lies, from 0 to 1; of an axis of names, where the name of that position lies.
  func fraction(of value: Double) -> Double {
    switch layout {
    case .scale(let scale): scale.fraction(of: value)
    case .names(let names): (value + 0.5) / Double(max(names.count, 1))
    }
  }

  /// The texts along the axis with their places from 0 to 1.
  var marks: [(fraction: Double, text: String)] {
    switch layout {
    case .scale(let scale): scale.ticks.map { (scale.fraction(of: $0.value), $0.text) }
    case .names(let names): names.enumerated().map { (fraction(of: Double($0)), $1) }
    }
  }

  /// Whether lines of a grid go through the texts.
  var hasGrid: Bool { if case .scale = layout { true } else { false } }

  /// The share of the axis that one name has.
  var band: Double {
    if case .names(let names) = layout { 1 / Double(max(names.count, 1)) } else { 0 }
  }
}
