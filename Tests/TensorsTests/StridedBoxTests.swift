import Tensors
import TestSupport
import Testing

/// A random loop over places of three tensors: those of the last one are all different.
private struct RandomBox {
  let box: StridedBox
  /// Elements of one image of each tensor.
  let sizes: [Int]

  init(_ random: inout SeededGenerator, axes: Int) {
    let extents = (0..<axes).map { _ in Int.random(in: 1...(axes > 5 ? 2 : 5), using: &random) }
    // The target's axes in another order, with gaps between its elements.
    var targetSteps = [Int](repeating: 0, count: axes)
    var size = Int.random(in: 1...2, using: &random)
    for axis in extents.indices.shuffled(using: &random) {
      targetSteps[axis] = size
      size *= extents[axis]
    }
    var operands: [StridedBox.Operand] = []
    var sizes: [Int] = []
    for _ in 0..<2 {
      let steps = extents.indices.map { axis in
        // Often as in the target, so that runs of elements lie side by side.
        Bool.random(using: &random)
          ? targetSteps[axis] : Int.random(in: -3...3, using: &random)
      }
      let low = zip(extents, steps).reduce(0) { $0 + min(0, ($1.0 - 1) * $1.1) }
      let high = zip(extents, steps).reduce(0) { $0 + max(0, ($1.0 - 1) * $1.1) }
      operands.append(.init(first: -low + 1, steps: steps))
      sizes.append(high - low + 3)
    }
    operands.append(.init(first: 2, steps: targetSteps))
    sizes.append(size + 4)
    box = StridedBox(extents, operands)
    self.sizes = sizes
  }

  /// The places of each tensor in turn.
  var places: [[Int]] { (0..<3).map { box.places(of: $0) } }
}

@Suite("Strided boxes")
struct StridedBoxTests {
  private static func tensor(
    _ random: inout SeededGenerator, _ batch: Int, _ size: Int, _ precision: Precision
  ) -> (tensor: Tensor, values: [Double]) {
    let values = random.values(batch * size)
    let tensor = Tensor(TensorShape(batch: batch, channels: size), precision: precision)
    tensor.write(values)
    return (tensor, values)
  }

  /// Images of all three, of which the first two may be one that serves all.
  private static let batches = [(3, 3), (1, 3), (3, 1), (1, 1)]

  @Test("copies agree with plain loops", arguments: [Precision.float, .double])
  func copies(precision: Precision) {
    for seed in 0..<120 {
      var random = SeededGenerator(seed: UInt64(seed))
      let box = RandomBox(&random, axes: seed % 11)
      let places = box.places
      for (images, _) in Self.batches {
        let x = Self.tensor(&random, images, box.sizes[0], precision)
        let y = Self.tensor(&random, 3, box.sizes[2], precision)
        for (factor, adds) in [(1.0, false), (-0.5, false), (1, true), (0.25, true)] {
          y.tensor.write(y.values)
          var expected = y.values
          for image in 0..<3 {
            for (from, to) in zip(places[0], places[2]) {
              let value = factor * x.values[(images == 1 ? 0 : image) * box.sizes[0] + from]
              let target = image * box.sizes[2] + to
              expected[target] = adds ? expected[target] + value : value
            }
          }
          y.tensor.copy(x.tensor, box.box.operands([0, 2]), times: factor, adding: adds)
          expectClose(
            y.tensor.values(), expected, magnitudes: magnitudes(expected).map { $0 + 1 }, terms: 1,
            precision, "seed \(seed), \(images) images, factor \(factor), \(box.box)")
        }
      }
    }
  }

  @Test("products agree with plain loops", arguments: [Precision.float, .double])
  func products(precision: Precision) {
    for seed in 0..<120 {
      var random = SeededGenerator(seed: 1000 + UInt64(seed))
      let box = RandomBox(&random, axes: seed % 11)
      let places = box.places
      for (aImages, bImages) in Self.batches {
        let a = Self.tensor(&random, aImages, box.sizes[0], precision)
        let b = Self.tensor(&random, bImages, box.sizes[1], precision)
        let y = Self.tensor(&random, 3, box.sizes[2], precision)
        for adds in [false, true] {
          y.tensor.write(y.values)
          var expected = y.values
          for image in 0..<3 {
            for i in places[0].indices {
              let value =
                a.values[(aImages == 1 ? 0 : image) * box.sizes[0] + places[0][i]]
                * b.values[(bImages == 1 ? 0 : image) * box.sizes[1] + places[1][i]]
              let target = image * box.sizes[2] + places[2][i]
              expected[target] = adds ? expected[target] + value : value
            }
          }
          y.tensor.set(productOf: a.tensor, and: b.tensor, box.box, adding: adds)
          expectClose(
            y.tensor.values(), expected, magnitudes: magnitudes(expected).map { $0 + 1 }, terms: 2,
            precision, "seed \(seed), \(aImages) and \(bImages) images, \(box.box)")
        }
      }
    }
  }

  @Test("sums of products agree with plain loops", arguments: [Precision.float, .double])
  func sums(precision: Precision) {
    for seed in 0..<120 {
      var random = SeededGenerator(seed: 2000 + UInt64(seed))
      let kept = RandomBox(&random, axes: seed % 4)
      // More summed axes than the kernel takes at a time, and rows of neighbours.
      let extents = seed % 3 == 0 ? [2, 40] : [Int](repeating: 2, count: seed % 11)
      let rowMajor = StridedBox.rowMajor(extents)
      let steps = [rowMajor, Bool.random(using: &random) ? rowMajor : rowMajor.map { $0 + 1 }]
      let summed = StridedBox(extents, steps.map { .init(steps: $0) })
      let (places, inner) = (kept.places, [summed.places(of: 0), summed.places(of: 1)])
      let sizes = (0..<2).map { kept.sizes[$0] + (inner[$0].max() ?? 0) }
      for (aImages, bImages) in Self.batches {
        let a = Self.tensor(&random, aImages, sizes[0], precision)
        let b = Self.tensor(&random, bImages, sizes[1], precision)
        let y = Self.tensor(&random, 3, kept.sizes[2], precision)
        for (isProduct, factor, adds) in [(true, 1.0, false), (false, 0.5, true)] {
          y.tensor.write(y.values)
          var expected = y.values
          var sizesOfTerms = magnitudes(y.values)
          for image in 0..<3 {
            for i in places[0].indices {
              var (sum, size) = (0.0, 0.0)
              for j in inner[0].indices {
                let first =
                  a.values[(aImages == 1 ? 0 : image) * sizes[0] + places[0][i] + inner[0][j]]
                let second =
                  isProduct
                  ? b.values[(bImages == 1 ? 0 : image) * sizes[1] + places[1][i] + inner[1][j]] : 1
                sum += first * second
                size += abs(first * second)
              }
              let target = image * kept.sizes[2] + places[2][i]
              expected[target] = (adds ? expected[target] : 0) + factor * sum
              sizesOfTerms[target] += size
            }
          }
          // Without a factor the places of the first tensor stand for those of the second.
          let box = isProduct ? kept.box : kept.box.operands([0, 0, 2])
          y.tensor.set(
            sumOf: a.tensor, times: isProduct ? b.tensor : nil, kept: box,
            summed: isProduct ? summed : summed.operands([0, 0]), factor: factor, adding: adds)
          expectClose(
            y.tensor.values(), expected, magnitudes: sizesOfTerms.map { $0 + 1e-3 }, terms: 4,
            precision, "seed \(seed), \(aImages) and \(bImages) images, \(kept.box), \(summed)")
        }
      }
    }
  }

  @Test("elementwise products may overwrite a factor", arguments: Layout.all)
  func inPlace(layout: Layout) {
    var random = SeededGenerator(seed: 3)
    let shape = TensorShape(batch: 2, channels: 19, height: 3, width: 5)
    let (a, b) = (random.values(shape.count), random.values(shape.count))
    let (x, y) = (layout.tensor(shape, a), layout.tensor(shape, b))
    x.set(productOf: x, and: y)
    expectClose(
      x.values(), zip(a, b).map(*), magnitudes: magnitudes(a), terms: 1, layout.precision, "")
    #expect(x.paddingIsZero)
  }

  @Test("merging axes keeps the places")
  func merging() {
    for seed in 0..<200 {
      var random = SeededGenerator(seed: 4000 + UInt64(seed))
      let box = RandomBox(&random, axes: seed % 9).box
      let merged = box.merged
      #expect(merged.extents.count <= box.extents.count)
      for operand in 0..<3 { #expect(merged.places(of: operand) == box.places(of: operand)) }
    }
    let rowMajor = StridedBox.Operand(steps: [12, 4, 1])
    #expect(StridedBox([2, 3, 4], [rowMajor, rowMajor]).merged.extents == [24])
  }
}
