#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// The only use of the platform's mathematics library.

/// The logarithm of `x` to base 10.
func decimalLogarithm(_ x: Double) -> Double { log10(x) }

/// Ten to the power of `exponent`, exact as far as doubles are.
func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

/// `base` to the power of `exponent`.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
