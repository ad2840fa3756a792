/// Numbers as figures print them: plain ASCII, no more digits than are told apart.
public enum NumberText {
  /// A number with a fixed number of decimals, and a comma between thousands.
  ///
  /// - Parameters:
  ///   - number: a finite number.
  ///   - places: decimals, 0 to 12.
  /// - Returns: the text; a number that rounds to zero has no sign.
  public static func fixed(_ number: Double, places: Int) -> String {
    precondition(number.isFinite && (0...12).contains(places), "\(number) with \(places) decimals")
    let unit = powerOfTen(places)
    let scaled = (number.magnitude * unit).rounded()
    guard scaled < 9e15 else { return scientific(number) }
    let (whole, rest) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(unit))
    var text = grouped(whole)
    if places > 0 {
      let digits = String(rest)
      text += "." + String(repeating: "0", count: places - digits.count) + digits
    }
    return number < 0 && scaled > 0 ? "-" + text : text
  }

  /// A number with some significant digits and without zeros at its end.
  ///
  /// Numbers below 0.0001 and from a million on have an exponent.
  public static func significant(_ number: Double, digits: Int = 3) -> String {
    precondition(number.isFinite && (1...12).contains(digits), "\(number) with \(digits) digits")
    guard number != 0 else { return "0" }
    let exponent = Int(decimalLogarithm(number.magnitude).rounded(.down))
    guard (-4..<6).contains(exponent) else { return scientific(number, digits: digits) }
    return trimmed(fixed(number, places: max(0, digits - 1 - exponent)))
  }

  private static func scientific(_ number: Double, digits: Int = 3) -> String {
    var exponent = Int(decimalLogarithm(number.magnitude).rounded(.down))
    // In two steps, as ten to the power of an extreme exponent is no number.
    let half = exponent / 2
    var mantissa = number / powerOfTen(half) / powerOfTen(exponent - half)
    let unit = powerOfTen(digits - 1)
    mantissa = (mantissa * unit).rounded() / unit
    if mantissa.magnitude >= 10 {
      mantissa /= 10
      exponent += 1
    }
    return trimmed(fixed(mantissa, places: digits - 1)) + "e\(exponent)"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func grouped(_ number: UInt64) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }
}
