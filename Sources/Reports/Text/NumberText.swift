internal import Foundation

/// A number with some decimals, a dash where there is none.
package func decimals(_ number: Double?, _ places: Int) -> String {
  number.map { String(format: "%.\(places)f", $0) } ?? "-"
}

/// A number with some significant digits.
func significant(_ number: Double, _ digits: Int = 6) -> String {
  String(format: "%.\(digits)g", number)
}

/// A whole number with a comma between thousands.
package func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var place = digits.count - 3
  while place > 0 {
    digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
    place -= 3
  }
  return number < 0 ? "-" + digits : digits
}

/// A count of something, such as `1 network` or `9,445 networks`.
package func counted(_ number: Int, _ noun: String, plural: String? = nil) -> String {
  "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
}

/// Millions with their unit, such as `82.49M`.
func millionsText(_ millions: Double) -> String { significant(millions, 4) + "M" }

/// A count in millions with their unit, such as `82.49M`.
func millionsText(_ count: Int) -> String { millionsText(millions(count)) }
