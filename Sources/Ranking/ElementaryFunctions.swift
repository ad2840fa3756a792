#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

// The only use of the platform's mathematics library: everything else in this module is plain
// Swift and gives the same bits everywhere.

/// The logarithm of `x` to base 2.
func binaryLogarithm(_ x: Double) -> Double { log2(x) }

/// Two to the power of `x`.
func binaryExponential(_ x: Double) -> Double { exp2(x) }

/// The logarithm of `x` to base e.
func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The probability that a Gaussian of variance 1/2 exceeds `x` in absolute value.
func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }
