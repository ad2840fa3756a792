import PlainTwins
import Testing

@testable import Derivatives
@testable import Formats
@testable import Networks
@testable import Scoring
@testable import Spaces
@testable import Studies
@testable import Tensors

/// Random combinations of the factor's rows in the place of the rows.
@Suite struct FisherPullbackTests {
  private func settings(
    _ pullbacks: Pullbacks, _ factor: FisherFactor = .exact,
    _ normalization: NormalizationMode = .calibrated
  ) -> FisherSettings {
    var settings = FisherSettings.test(factor, normalization)
    settings.pullbacks = pullbacks
    return settings
  }

  private func matrix(
    _ sample: FisherSample, _ settings: FisherSettings, seed: UInt64 = 3,
    forced: FisherRoute.Kind? = nil, windowBytes: Int = FisherShare.windowBytes,
    on compute: Compute
  ) throws -> Matrix {
    try FisherInformation(
      sample.network, parameters: sample.parameters, inputs: sample.inputs, settings: settings,
      seed: seed, forced: forced, windowBytes: windowBytes, on: compute
    ).matrix
  }

  // MARK: Combinations

  @Test(arguments: [(1, 1), (1, 9), (2, 9), (4, 9), (9, 9), (5, 119)])
  func rowsAreDealtOutEvenly(count: Int, rows: Int) {
    for image in 0..<5 {
      let combinations = RowCombinations(count: count, rows: rows, seed: 1, image: image)
      var sizes = [Int](repeating: 0, count: count)
      for row in 0..<rows {
        sizes[combinations[row].group] += 1
        #expect(abs(combinations[row].sign) == 1)
      }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
  }

  /// The Gram matrix of the combinations has the exact one for its mean, and the variance that the
  /// documentation promises, which is less than that of independent signs.
  @Test(arguments: [1, 2, 3, 4, 6])
  func meanAndVarianceOfProducts(count: Int) {
    let (rows, columns, draws) = (12, 3, 6000)
    let generator = PortableGenerator(stream: 77)
    let values = (0..<UInt64(rows * columns)).map { generator.normal($0) }
    let a = Matrix(rows: rows, columns: columns, values: values)
    let exact = a.gram()
    var sum = [Double](repeating: 0, count: columns * columns)
    var squares = sum
    for draw in 0..<draws {
      let product = RowCombinations(count: count, rows: rows, seed: 5, image: draw).times(a).gram()
      for place in sum.indices {
        let error = product.values[place] - exact.values[place]
        sum[place] += error
        squares[place] += error * error
      }
    }
    let shared = Double(rows - count) / Double(count * (rows - 1))
    for i in 0..<columns {
      for j in 0..<columns {
        var pairs = 0.0
        for k in 0..<rows {
          for l in 0..<k {
            let both = a[k, i] * a[l, j] + a[l, i] * a[k, j]
            pairs += both * both
          }
        }
        let variance = shared * pairs
        let place = i * columns + j
        let mean = sum[place] / Double(draws)
        #expect(abs(mean) < 4 * (variance / Double(draws)).squareRoot(), "\(i), \(j): \(mean)")
        let ratio = squares[place] / Double(draws) / variance
        #expect(abs(ratio - 1) < 0.15, "\(i), \(j): \(ratio)")
        #expect(count == 1 || shared < 1 / Double(count))
      }
    }
  }

  /// Sums that are carried along are the product with the factor as it is written out.
  @Test(arguments: FisherFactor.allCases)
  func combinedFactor(factor: FisherFactor) {
    for round in 0..<24 as Range<UInt64> {
      let generator = PortableGenerator(stream: 300 + round)
      let classes = 2 + Int(round % 11)
      // Up to probabilities that underflow.
      let scale = [1.0, 10, 400][Int(round % 3)]
      let logits = (0..<UInt64(classes)).map { scale * generator.normal($0) }
      let label = LabelFactor(factor, smoothing: factor == .released ? 0.05 : 0, logits: logits)
      for count in 1...label.rows {
        let combinations = RowCombinations(
          count: count, rows: label.rows, seed: round, image: count)
        let combined = label.combined(by: combinations)
        let product = combinations.times(label.matrix)
        #expect(combined.rows == count && combined.columns == classes)
        for (a, b) in zip(combined.values, product.values) {
          #expect(abs(a - b) <= 1e-13 * abs(b) + 1e-14, "\(logits), \(count): \(a) \(b)")
        }
      }
    }
  }

  // MARK: Fisher information

  /// The mean over many draws tends to the exact matrix: no entry is off by more than its standard error
  /// allows, and all together are off by about as much as that.
  @Test(arguments: [(FisherFactor.exact, 1), (.exact, 3), (.released, 3)])
  func expectation(factor: FisherFactor, count: Int) throws {
    let sample = try FisherSample(classes: 12, batch: 2)
    let compute = try Compute(threads: 1, precision: .double)
    let exact = try matrix(sample, settings(.all, factor), on: compute)
    let draws = 150
    var sum = [Double](repeating: 0, count: exact.values.count)
    var squares = sum
    for draw in 0..<draws {
      let estimate = try matrix(
        sample, settings(.combinations(count), factor), seed: UInt64(draw), on: compute)
      for place in sum.indices {
        let error = estimate.values[place] - exact.values[place]
        sum[place] += error
        squares[place] += error * error
      }
    }
    var scores: [Double] = []
    for place in sum.indices {
      let mean = sum[place] / Double(draws)
      let variance = squares[place] / Double(draws) - mean * mean
      if variance > 0 { scores.append(mean / (variance / Double(draws)).squareRoot()) }
    }
    #expect(scores.count > exact.values.count / 2)
    #expect(scores.allSatisfy { abs($0) < 5.5 }, "\(scores.map(abs).max() ?? 0)")
    let square = scores.reduce(0) { $0 + $1 * $1 } / Double(scores.count)
    #expect((0.4...1.8).contains(square), "\(square)")
  }

  /// As many combinations as the rank, or more, are the exact matrix to the last bit.
  @Test(arguments: FisherFactor.allCases, [5, 40])
  func asManyAsTheRank(factor: FisherFactor, classes: Int) throws {
    let sample = try FisherSample(classes: classes)
    // The head reads 16 features.
    let rank = min(factor == .logits ? classes : classes - 1, 16)
    let compute = try Compute(threads: 1)
    let exact = try matrix(sample, settings(.all, factor), on: compute)
    for count in [rank, rank + 1, 1000] {
      #expect(try matrix(sample, settings(.combinations(count), factor), on: compute) == exact)
    }
    let fewer = try matrix(sample, settings(.combinations(rank - 1), factor), on: compute)
    #expect(fewer != exact && fewer.values.allSatisfy(\.isFinite))
  }

  @Test(arguments: Precision.allCases, [FisherFactor.exact, .released])
  func threadsDoNotChangeABit(precision: Precision, factor: FisherFactor) throws {
    let sample = try FisherSample(classes: 30, batch: 5)
    var results: [Matrix] = []
    for threads in [1, 2, 3] {
      let compute = try Compute(threads: threads, precision: precision)
      for windowBytes in [FisherShare.windowBytes, 0] {
        results.append(
          try matrix(
            sample, settings(.combinations(3), factor), windowBytes: windowBytes, on: compute))
      }
    }
    #expect(results.dropFirst().allSatisfy { $0 == results[0] })
    let compute = try Compute(threads: 1, precision: precision)
    let other = try matrix(sample, settings(.combinations(3), factor), seed: 4, on: compute)
    #expect(other != results[0])
  }

  /// What is estimated depends on seed and images, not on the way by which the Jacobian is taken.
  @Test(arguments: [FisherFactor.exact, .released, .logits])
  func routesAgree(factor: FisherFactor) throws {
    let sample = try FisherSample(classes: 20, batch: 3)
    let compute = try Compute(threads: 2, precision: .double)
    for mode in [NormalizationMode.fresh, .calibrated] {
      let settings = settings(.combinations(4), factor, mode)
      let rows = try matrix(sample, settings, on: compute)
      for kind in [FisherRoute.Kind.features, .tangents] {
        let other = try matrix(sample, settings, forced: kind, on: compute)
        #expect(relativeDistance(other.values, rows.values) < 1e-11, "\(kind), \(mode)")
      }
    }
  }

  /// Fewer combinations are fewer rows of a walk.
  @Test func fewerRowsAreWalked() throws {
    let sample = try FisherSample(classes: 40)
    for (pullbacks, directions) in [
      (Pullbacks.all, 16), (.combinations(1), 1), (.combinations(7), 7),
    ] {
      let settings = settings(pullbacks)
      let plan = WalkPlan(sample.network, selection: settings.selection(in: sample.network))
      let route = FisherRoute(plan, network: sample.network, settings: settings)
      #expect(route.kind != .tangents && route.directions == directions)
    }
  }

  /// Settings that differ in their combinations are walked apart, and each is what it is alone.
  @Test func togetherAsAlone() throws {
    let sample = try FisherSample(classes: 30)
    let counts: [Pullbacks] = [.all, .combinations(2), .combinations(5), .combinations(2)]
    let requests = zip(counts, [4, 4, 3, 2]).map {
      FisherRequest(settings($0, .exact, .fresh), batch: $1)
    }
    #expect(FisherPass.passes(for: requests, network: sample.network).count == 3)
    let compute = try Compute(threads: 2)
    let together = try FisherInformation.all(
      of: requests, network: sample.network, parameters: sample.parameters,
      inputs: sample.inputs, seed: 9, on: compute)
    for (request, information) in zip(requests, together) {
      let count = request.batch * sample.network.inputShape.count
      let alone = try FisherInformation(
        sample.network, parameters: sample.parameters,
        inputs: Array(sample.inputs.prefix(count)), settings: request.settings, seed: 9, on: compute
      )
      #expect(information.matrix == alone.matrix)
    }
  }

  // MARK: Records

  @Test func recordsNameWhatIsNotAll() {
    let all = settings(.all).settings
    #expect(all["pullbacks"] == nil)
    let four = settings(.combinations(4)).settings
    #expect(four == all.merging(["pullbacks": .integer(4)]) { $1 })
    for pullbacks in [Pullbacks.all, .combinations(4)] {
      let settings = settings(pullbacks)
      #expect(ScoringSettings(record: settings.settings).fisher == settings)
      #expect(settings.areAxes(of: all) == (pullbacks == .all))
      #expect(settings.areAxes(of: four) == (pullbacks != .all))
    }
  }

  /// What is left open is decided once, by the classes of the space, and recorded.
  @Test func theStandardIsDecidedByTheClasses() throws {
    for classes in [10, 1000] {
      let resolved = Recipe.default.fisher.resolved(classes: classes)
      #expect(resolved.pullbacks == Pullbacks.standard(classes: classes))
      let space = NASBench201Space(
        skeleton: NASBench201Skeleton(channels: 4, cells: 1, classes: classes, resolution: 8))
      let evaluator = Evaluator(
        space: space, proxies: [VKDNW()], settings: ScoringSettings(), seed: 0, threads: 1)
      #expect(evaluator.settings.fisher == resolved)
      #expect(evaluator.allSettings(of: VKDNW())["pullbacks"] == resolved.settings["pullbacks"])
    }
    #expect(Recipe.default.fisher.resolved(classes: nil).pullbacks == .all)
    // These two are fixed for ever.
    #expect(Recipe.released.fisher.pullbacks == .all && Recipe.paper.fisher.pullbacks == .all)
  }

  /// A score is a function of seed and initialisation, and of nothing that happened before.
  @Test func scoresAreReproducible() throws {
    let sample = try FisherSample(classes: 30)
    var settings = ScoringSettings(batch: 4)
    settings.fisher.pullbacks = .combinations(3)
    func score(seed: UInt64, threads: Int, _ proxy: some Proxy = VKDNW()) throws -> Score {
      try Candidate(
        architecture: FisherSample.mixed, network: sample.network, settings: settings, seed: seed,
        compute: Compute(threads: threads)
      ).score(proxy)
    }
    let one = try score(seed: 1, threads: 1)
    #expect(one.value != nil)
    #expect(try score(seed: 1, threads: 3) == one)
    #expect(try score(seed: 1, threads: 1, VKDNWImages()) == one)
    #expect(try score(seed: 2, threads: 1) != one)
    let variant = VKDNWVariant.family([(settings.fisher, 4)], input: .noise)[0]
    #expect(try score(seed: 1, threads: 1, variant) == one)
    #expect(variant.settings(ScoringSettings())["pullbacks"] == .integer(3))
  }

  /// Fewer rows are kept, which the estimate of memory knows.
  @Test func memoryIsThatOfTheRows() throws {
    let network = try FisherSample(classes: 400).network
    func bytes(_ pullbacks: Pullbacks) throws -> Double {
      var settings = ScoringSettings(batch: 64)
      settings.fisher.pullbacks = pullbacks
      return try MemoryEstimate(of: network, proxies: [VKDNW()], settings: settings)
        .bytes(workers: 1, networks: 1)
    }
    #expect(try bytes(.combinations(2)) < bytes(.all) / 2)
  }

  /// Of more images than the window holds only what a later level reads is kept, which the estimate knows.
  @Test(arguments: [NormalizationMode.calibrated, .updated, .fresh])
  func memoryBeyondTheWindowIsThatOfLiveValues(mode: NormalizationMode) throws {
    let network = try FisherSample(width: 16, classes: 2, resolution: 32).network
    func bytes(_ batch: Int) throws -> Double {
      var settings = ScoringSettings(batch: batch)
      settings.fisher.normalization = mode
      return try MemoryEstimate(of: network, proxies: [VKDNW()], settings: settings)
        .bytes(workers: 1, networks: 1)
    }
    let engine = try KernelEngine(precision: .float)
    let plan = WalkPlan(
      network, selection: FisherSettings.test(.exact, mode).selection(in: network))
    let all = Double(PerSampleWalk.bytesPerImage(plan, engine: engine))
    #expect(all * 512 > Double(FisherShare.windowBytes))
    // The rows of the Jacobian grow with the images too, but take little.
    let rows = 2.0 * 8 * 2 * Double(plan.selection.count)
    let growth = try (bytes(1024) - bytes(512)) / 512 - rows
    if mode == .fresh {
      #expect(abs(growth) < 1)
    } else {
      let live = Double(CalibrationWalk.bytes(plan, engine: engine).image)
      #expect(abs(growth - live) < 1 && live > 0 && live < all / 2)
    }
  }
}
