extension RandomStream {
  /// A number of the standard normal distribution.
  ///
  /// The distribution is exact, tails included, up to the rounding of the result: see
  /// ``fillNormal(_:in:offset:mean:standardDeviation:)``.
  ///
  /// - Parameter position: the position, zero or more.
  /// - Returns: the number that `fillNormal` gives to the same position.
  public func normal(at position: Int) -> Float {
    Float(Ziggurat.normal.number(word(at: position)))
  }

  /// Fills an array with independent normal numbers.
  ///
  /// Element k is the number at position `offset + k`.
  ///
  /// - Parameters:
  ///   - values: the array to overwrite.
  ///   - offset: the position of the first element, zero or more.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: the standard deviation of the distribution.
  public func fillNormal(
    _ values: inout [Float], offset: Int = 0, mean: Double = 0, standardDeviation: Double = 1
  ) {
    fillNormal(
      &values, in: 0..<values.count, offset: offset, mean: mean,
      standardDeviation: standardDeviation)
  }

  /// Fills a part of an array with independent normal numbers.
  ///
  /// Element `range.lowerBound + k` is `mean + standardDeviation * x`, rounded once to Float, with
  /// x the standard normal number at position `offset + k`. It depends on nothing else, so an
  /// array may be filled in parts of any size and in any order.
  ///
  /// The method is the ziggurat of Marsaglia and Tsang (2000) with 1024 layers in Double. One word
  /// decides 997 numbers of 1,000; the others take further words that follow from it. Logarithm and
  /// exponential are evaluated by series in plain arithmetic, because those of the system libraries
  /// differ between platforms in the last digit; a square root is rounded correctly everywhere.
  ///
  /// - Parameters:
  ///   - values: the array to write to.
  ///   - range: the indices of the elements to overwrite.
  ///   - offset: the position of the first of these elements, zero or more.
  ///   - mean: the mean of the distribution.
  ///   - standardDeviation: the standard deviation of the distribution.
  public func fillNormal(
    _ values: inout [Float], in range: Range<Int>, offset: Int, mean: Double = 0,
    standardDeviation: Double = 1
  ) {
    precondition(
      values.indices.contains(range), "range \(range) in an array of \(values.count) elements")
    let ziggurat = Ziggurat.normal
    var counter = counter(at: offset)
    // A span is a third faster than the array, whose storage is looked up for every element.
    var span = values.mutableSpan
    for element in range {
      let x = ziggurat.number(Self.finalized(counter))
      span[element] = Float(mean + standardDeviation * x)
      counter &+= increment
    }
  }
}

/// The half bell curve f(x) = exp(-x^2 / 2), covered by layers of equal area.
///
/// With x_1 = r and area v, layer i of 1...1023 is the rectangle of width x_i between the heights
/// f(x_i) and f(x_{i+1}) = f(x_i) + v / x_i; x_1024 is 0. Layer 0 is the rectangle below f(r)
/// together with the tail beyond r, which is treated as a rectangle of width x_0 = v / f(r).
private struct Ziggurat: Sendable {
  /// What most numbers need of a layer.
  struct Layer {
    /// The width over 2^63.
    let unit: Double
    /// Magnitudes below this lie under the curve whatever their height.
    let limit: UInt64

    /// A layer that lies wholly under the curve as far as the inner width.
    init(width: Double, inner: Double) {
      unit = width * 0x1p-63
      limit = UInt64(inner / width * 0x1p63)
    }
  }

  /// What the other numbers need of it: the heights of its edges.
  struct Heights {
    /// The height of the lower edge.
    let floor: Double
    /// The height of the upper edge above the lower one.
    let rise: Double
  }

  /// The point at which the tail begins.
  ///
  /// It is the root of the condition that the uppermost of 1024 layers ends at f(0) = 1.
  static let tail = 4.038849846109504522714
  /// The layers of the normal distribution.
  static let normal = Self()

  let layers: [Layer]
  let heights: [Heights]

  init() {
    let r = Self.tail
    // The area of the tail is f(r) times Mills' ratio, here Laplace's continued fraction
    // 1 / (r + 1 / (r + 2 / (r + ...))), evaluated from the far end.
    var fraction = r
    for term in (1...120).reversed() { fraction = r + Double(term) / fraction }
    let base = exponential(-0.5 * r * r)
    let area = base * (r + 1 / fraction)

    var layers = [Layer(width: area / base, inner: r)]
    var heights = [Heights(floor: 0, rise: base)]
    var (edge, height) = (r, base)
    for layer in 1...1023 {
      let top = layer < 1023 ? height + area / edge : 1
      let next = layer < 1023 ? (-2 * logarithm(top)).squareRoot() : 0
      layers.append(Layer(width: edge, inner: next))
      heights.append(Heights(floor: height, rise: top - height))
      (edge, height) = (next, top)
    }
    (self.layers, self.heights) = (layers, heights)
  }

  /// The normal number that begins with a word.
  ///
  /// The low ten bits choose the layer, the word as a signed integer the place in it: those ten
  /// bits are below 2^-53 of the width.
  @inline(__always)
  func number(_ word: UInt64) -> Double {
    let layer = layers[Int(truncatingIfNeeded: word & 1023)]
    let signed = Int64(bitPattern: word)
    if signed.magnitude < layer.limit { return Double(signed) * layer.unit }
    return retried(word)
  }

  /// The normal number of a word that does not decide it alone.
  @inline(never)
  private func retried(_ word: UInt64) -> Double {
    // Further words: SplitMix64 from a state that the first word decides.
    var state = RandomStream.finalized(word)
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      return RandomStream.finalized(state)
    }
    // Uniform on (0, 1], so that its logarithm exists.
    func uniform() -> Double { Double((next() >> 11) &+ 1) * 0x1p-53 }

    var word = word
    while true {
      let index = Int(truncatingIfNeeded: word & 1023)
      let layer = layers[index]
      let signed = Int64(bitPattern: word)
      let x = Double(signed) * layer.unit
      if signed.magnitude < layer.limit { return x }
      if index == 0 {
        // Beyond r: an exponential distribution, thinned to the normal one (Marsaglia, 1964).
        while true {
          let excess = -logarithm(uniform()) / Self.tail
          if -2 * logarithm(uniform()) > excess * excess {
            return signed < 0 ? -Self.tail - excess : Self.tail + excess
          }
        }
      }
      let height = heights[index].floor + uniform() * heights[index].rise
      if height < exponential(-0.5 * x * x) { return x }
      word = next()
    }
  }
}

/// The natural logarithm of a positive normal number, within a few units in the last place.
///
/// With x = 2^n m and m from sqrt(1/2) to sqrt(2): n ln 2 + 2 artanh((m - 1) / (m + 1)).
private func logarithm(_ x: Double) -> Double {
  var (exponent, m) = (Double(x.exponent), x.significand)
  if m > 1.414213562373095 { (exponent, m) = (exponent + 1, m * 0.5) }
  let s = (m - 1) / (m + 1)
  let square = s * s
  // |s| < 0.1716, hence the first term left out is below 2^-56 of the sum.
  var series = 1.0 / 21
  for term in (0..<10).reversed() { series = series * square + 1 / Double(2 * term + 1) }
  return exponent * 0.6931471805599453 + 2 * s * series
}

/// The exponential of a number from -700 to 0, within a few units in the last place.
///
/// With x = n ln 2 + r and |r| at most ln 2 / 2: 2^n times the power series at r.
private func exponential(_ x: Double) -> Double {
  let exponent = Int(x * 1.4426950408889634 - 0.5)
  let n = Double(exponent)
  // ln 2 in two parts, the first short enough that its product with n is exact.
  let r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33
  // Reciprocals, since fourteen divisions in a row would take longer than everything else.
  var series = 1 + r * (1.0 / 14)
  series = 1 + r * series * (1.0 / 13)
  series = 1 + r * series * (1.0 / 12)
  series = 1 + r * series * (1.0 / 11)
  series = 1 + r * series * (1.0 / 10)
  series = 1 + r * series * (1.0 / 9)
  series = 1 + r * series * (1.0 / 8)
  series = 1 + r * series * (1.0 / 7)
  series = 1 + r * series * (1.0 / 6)
  series = 1 + r * series * (1.0 / 5)
  series = 1 + r * series * (1.0 / 4)
  series = 1 + r * series * (1.0 / 3)
  series = 1 + r * series * (1.0 / 2)
  series = 1 + r * series
  return Double(sign: .plus, exponent: exponent, significand: series)
}
