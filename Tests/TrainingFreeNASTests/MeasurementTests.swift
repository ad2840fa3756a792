import Networks
import Ranking
import Scoring
import Spaces
import Studies
import Tensors
import Testing

/// The parts of measurements against plain definitions.
@Suite struct MeasurementTests {
  private func numbers(_ count: Int, stream: UInt64) -> [Double] {
    PortableGenerator(stream: stream).normals(count: count).map(Double.init)
  }

  private func matrix(_ rows: Int, _ columns: Int, stream: UInt64) -> Matrix {
    Matrix(rows: rows, columns: columns, values: numbers(rows * columns, stream: stream))
  }

  // MARK: Activation codes

  @Test(arguments: [1, 3, 64, 65, 130], [[1], [64], [63, 65], [5, 200, 1]])
  func codes(images: Int, units: [Int]) throws {
    var codes = ActivationCodes(images: images)
    var bits = [[Bool]](repeating: [], count: images)
    for (part, count) in units.enumerated() {
      // Thresholds differ, so that some units are rare and patterns repeat.
      var outputs = matrix(images, count, stream: UInt64(part + 1))
      for image in 0..<images {
        for unit in 0..<count {
          outputs[image, unit] = max(outputs[image, unit] - Double(unit % 4), 0)
          bits[image].append(outputs[image, unit] > 0)
        }
      }
      codes.append(outputs)
    }
    #expect(codes.units == units.reduce(0, +) && codes.isFinite)
    #expect(codes.distinctCodes == Set(bits).count)
    let patterns = (0..<codes.units).map { unit in bits.map { $0[unit] } }
    #expect(codes.distinctPatterns == Set(patterns).count)
    let agreement = codes.agreement
    for i in 0..<images {
      for j in 0..<images {
        #expect(agreement[i, j] == Double(zip(bits[i], bits[j]).count { $0 == $1 }))
      }
    }
  }

  @Test(arguments: [Double.nan, .infinity])
  func codesOfWhatIsNotFinite(value: Double) {
    var codes = ActivationCodes(images: 2)
    codes.append(Matrix(rows: 2, columns: 2, values: [1, 0, 0, value]))
    #expect(!codes.isFinite)
  }

  // MARK: Losses

  @Test func crossEntropyIsItsDerivative() {
    let logits = matrix(3, 4, stream: 1)
    let labels = [2, 0, 3]
    let entropy = CrossEntropy(logits: logits, labels: labels)
    for i in 0..<3 {
      for c in 0..<4 {
        var (above, below) = (logits, logits)
        above[i, c] += 1e-5
        below[i, c] -= 1e-5
        let slope =
          (CrossEntropy(logits: above, labels: labels).loss
            - CrossEntropy(logits: below, labels: labels).loss) / 2e-5
        #expect(abs(entropy.cotangent[i, c] - slope) < 1e-9)
      }
    }
    let even = CrossEntropy(logits: Matrix(rows: 1, columns: 8), labels: [5])
    #expect(abs(even.loss - 2.0794415416798357) < 1e-15)
  }

  /// 1 - p is lost where p is 1 to rounding, and is not needed.
  @Test func crossEntropyOfACertainPrediction() {
    let entropy = CrossEntropy(
      logits: Matrix(rows: 1, columns: 2, values: [50, 0]), labels: [0])
    let small = 1.9287498479639178e-22
    #expect(abs(entropy.cotangent[0, 0] + small) < 1e-15 * small)
    #expect(entropy.cotangent[0, 1] == -entropy.cotangent[0, 0])
    let wrong = CrossEntropy(
      logits: Matrix(rows: 1, columns: 2, values: [1000, 0]), labels: [1])
    #expect(wrong.loss == 1000 && wrong.cotangent.values == [1, -1])
    #expect(
      !CrossEntropy(logits: Matrix(rows: 1, columns: 1, values: [.nan]), labels: [0]).loss.isFinite)
  }

  // MARK: Covariances

  /// The covariance of feature maps in two chunks, about a centre that is not the mean.
  private func covariance(_ rows: Matrix, _ shape: Shape, centre: Double = 0.3)
    -> ChannelCovariance
  {
    let centres = [Double](repeating: centre, count: shape.channels)
    var sums = [Double](repeating: 0, count: shape.channels)
    var products = [Double](repeating: 0, count: shape.channels * shape.channels)
    for chunk in [0..<1, 1..<rows.rows] {
      let tensor = Tensor(shape.batch(chunk.count), precision: .double)
      tensor.write(rows.rows(chunk).values)
      tensor.addChannelProducts(with: tensor, about: centres, centres, to: &products)
      for (c, sum) in tensor.centredMoments(about: centres).sum.enumerated() { sums[c] += sum }
    }
    return ChannelCovariance(
      centre: centres, sums: sums, products: products, places: rows.rows * shape.area)
  }

  private func isConstant(_ covariance: ChannelCovariance, _ precision: Precision) -> Bool {
    precision.isRounding(covariance.relativeDeviation)
  }

  private func entropy(_ covariance: ChannelCovariance) throws -> Double {
    spectralEntropy(try covariance.matrix.symmetricEigenvalues())
  }

  @Test func covariances() throws {
    let shape = Shape(channels: 3, height: 2, width: 2)
    let rows = matrix(5, 12, stream: 2)
    let covariance = covariance(rows, shape)
    func entry(_ c: Int, _ d: Int) -> Double {
      let places = (0..<5).flatMap { b in (0..<4).map { (b, $0) } }
      func values(_ c: Int) -> [Double] { places.map { rows[$0, c * 4 + $1] } }
      let (x, y) = (values(c), values(d))
      let (meanX, meanY) = (x.reduce(0, +) / 20, y.reduce(0, +) / 20)
      return zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / 20
    }
    for c in 0..<3 {
      for d in 0..<3 { #expect(abs(covariance.matrix[c, d] - entry(c, d)) < 1e-14) }
    }
    #expect(!isConstant(covariance, .float))
    #expect(try entropy(covariance) > 0.5 && entropy(covariance) < 1.0987)

    // A constant that is no binary fraction, so that means are rounded.
    for value in [0, 0.1, -1234.567] {
      let constant = self.covariance(
        Matrix(rows: 5, columns: 12, values: [Double](repeating: value, count: 60)), shape,
        centre: value.nextUp)
      #expect(isConstant(constant, .double))
    }
    // Features of a millionth of their mean are features in double.
    let shifted = self.covariance(
      Matrix(rows: 5, columns: 12, values: rows.values.map { 1e6 + $0 }), shape, centre: 1e6)
    #expect(!isConstant(shifted, .double))
    #expect(abs(shifted.matrix[0, 1] - entry(0, 1)) < 1e-8)
  }

  @Test func entropiesOfKnownSpectra() throws {
    let shape = Shape([2])
    // Two channels of equal variance and no covariance.
    let even = Matrix(rows: 4, columns: 2, values: [1, 1, 1, -1, -1, 1, -1, -1])
    #expect(
      abs(try entropy(covariance(even, shape)) - 0.6931471805599453) < 1e-7)
    // One channel alone.
    let single = Matrix(rows: 2, columns: 2, values: [1, 0, -1, 0])
    #expect(abs(try entropy(covariance(single, shape))) < 1e-7)
  }

  /// More channels than places, as many, fewer: the products of the smaller side have the spectrum.
  @Test(arguments: [(1, 20, 2), (3, 7, 2), (3, 12, 2), (5, 3, 4), (4, 2, 1)])
  func centredFeatures(images: Int, channels: Int, size: Int) throws {
    let shape = Shape(channels: channels, height: size, width: size)
    let rows = matrix(images, shape.count, stream: 4)
    let features = CentredFeatures(rows, shape: shape)
    let covariance = covariance(rows, shape)
    let products = features.products()
    #expect(products.rows == min(channels, images * shape.area))
    #expect(
      abs(spectralEntropy(try products.symmetricEigenvalues()) - (try entropy(covariance))) < 1e-9)
    #expect(
      abs(features.relativeDeviation - covariance.relativeDeviation)
        < 1e-12 * covariance.relativeDeviation)
    let trace = (0..<channels).reduce(0) { $0 + covariance.matrix[$1, $1] }
    let sum = (0..<products.rows).reduce(0) { $0 + products[$1, $1] }
    #expect(abs(sum / Double(images * shape.area) - trace) < 1e-12 * trace)
    let constant = CentredFeatures(
      Matrix(
        rows: images, columns: shape.count,
        values: [Double](repeating: 0.1, count: rows.values.count)), shape: shape)
    #expect(Precision.double.isRounding(constant.relativeDeviation))
  }

  // MARK: Products

  @Test func correlationsOfRows() throws {
    var rows = matrix(3, 50, stream: 3)
    for column in 0..<50 { rows[1, column] = -2e-200 * rows[0, column] }
    let correlation = try #require(RowCorrelation(rows)).matrix
    for i in 0..<3 { #expect(abs(correlation[i, i] - 1) < 1e-14) }
    #expect(abs(correlation[0, 1] + 1) < 1e-14 && abs(correlation[0, 2]) < 0.9)
    #expect(correlation.values.allSatisfy { abs($0) <= 1 })
    for column in 0..<50 { rows[1, column] = 0 }
    #expect(RowCorrelation(rows) == nil)
  }

  /// More columns than are multiplied at a time.
  @Test(arguments: Precision.allCases)
  func gradientRows(precision: Precision) {
    let gradients = (0..<3).map { numbers(20_000, stream: UInt64($0 + 20)) }
    var rows = GradientRows(precision: precision)
    for gradient in gradients {
      rows.append([Array(gradient[..<7]), Array(gradient[7...])])
    }
    let factors = (0..<20_000).map { Double($0 % 5) }
    for (gram, factors) in [
      (rows.gram(), [Double](repeating: 1, count: 20_000)), (rows.gram(scaling: factors), factors),
    ] {
      for i in 0..<3 {
        for j in 0..<3 {
          var expected = 0.0
          for k in factors.indices {
            expected += gradients[i][k] * gradients[j][k] * factors[k] * factors[k]
          }
          #expect(abs(gram[i, j] - expected) < 1e-6 * gram[0, 0])
        }
      }
    }
    #expect(GradientRows(precision: precision).gram().values.isEmpty)
  }

  // MARK: What a candidate gives them

  @Test func noiseAndImagesAreOnePointOnlyWhereTheyAreEqual() throws {
    let sample = try ProxySample()
    let images = CandidatePoint(.secondImages)
    #expect(try sample.candidate().resolved(images) == CandidatePoint(.secondNoise))
    let portable = try ConformanceConfiguration(
      cell: NASBench201Architecture(parsing: FisherSample.mixed)
    ).candidate(on: Compute(threads: 1, precision: .double))
    #expect(portable.resolved(images) == images)
    #expect(portable.minibatch(.noise) != portable.minibatch(.images))
    #expect(portable.minibatch(.secondNoise) != portable.minibatch(.secondImages))
    #expect(portable.labels(of: .images) == [3, 0, 7, 4, 1, 8, 5, 2])
    #expect(portable.labels(of: .noise) == portable.labels(of: .images))
    #expect(
      portable.parameters(.standardNormal).values[0][0] != portable.parameters.values[0][0])
  }
}
