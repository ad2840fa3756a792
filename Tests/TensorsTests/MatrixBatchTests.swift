import Tensors
import TestSupport
import Testing

@Suite("Batches of matrix products")
struct MatrixBatchTests {
  @Test("agree with plain loops", arguments: [Precision.float, .double])
  func products(precision: Precision) {
    for seed in 0..<80 {
      var random = SeededGenerator(seed: UInt64(seed))
      let (m, n, k) = (
        Int.random(in: 1...4, using: &random), Int.random(in: 1...5, using: &random),
        Int.random(in: 1...6, using: &random)
      )
      let (ta, tb) = (Bool.random(using: &random), Bool.random(using: &random))
      // Matrices in order, one that meets all, or results that are added up.
      let count = Int.random(in: 1...4, using: &random)
      let offsets = (0..<count).map { i -> MatrixBatch.Offsets in
        switch seed % 4 {
        case 0: .init(a: i * m * k, b: i * k * n, c: i * m * n)
        case 1: .init(a: i * m * k, b: 0, c: i * m * n)
        case 2: .init(a: (count - 1 - i) * m * k, b: i / 2 * k * n, c: i / 2 * m * n)
        default: .init(a: 0, b: i * k * n, c: i * m * n)
        }
      }
      let batch = MatrixBatch(
        rows: m, columns: n, inner: k, transposesA: ta, transposesB: tb, offsets: offsets)
      let sizes = [count * m * k, count * k * n, count * m * n]
      for (aImages, bImages) in [(2, 2), (1, 2), (2, 1), (1, 1)] {
        let (a, b, c) = (
          random.values(aImages * sizes[0]), random.values(bImages * sizes[1]),
          random.values(2 * sizes[2])
        )
        func tensor(_ values: [Double], _ images: Int) -> Tensor {
          let tensor = Tensor(
            TensorShape(batch: images, channels: values.count / images), precision: precision)
          tensor.write(values)
          return tensor
        }
        let (x, y) = (tensor(a, aImages), tensor(b, bImages))
        for (factor, adds) in [(1.0, false), (-0.5, true)] {
          var expected = c
          for image in 0..<2 {
            let (ofA, ofB) = (
              aImages == 1 ? 0 : image * sizes[0], bImages == 1 ? 0 : image * sizes[1]
            )
            if !adds {
              for product in offsets {
                for i in 0..<m * n { expected[image * sizes[2] + product.c + i] = 0 }
              }
            }
            for product in offsets {
              for i in 0..<m {
                for j in 0..<n {
                  for l in 0..<k {
                    let left = a[ofA + product.a + (ta ? l * m + i : i * k + l)]
                    let right = b[ofB + product.b + (tb ? j * k + l : l * n + j)]
                    expected[image * sizes[2] + product.c + i * n + j] += factor * left * right
                  }
                }
              }
            }
          }
          // What is overwritten may be no number.
          let z = tensor(adds ? c : c.map { _ in .nan }, 2)
          if !adds {
            let written = Set(offsets.flatMap { $0.c..<$0.c + m * n })
            for i in expected.indices where !written.contains(i % sizes[2]) { expected[i] = .nan }
          }
          z.set(products: batch, of: x, and: y, times: factor, adding: adds)
          expectClose(
            z.values().map { $0.isNaN ? 1e9 : $0 }, expected.map { $0.isNaN ? 1e9 : $0 },
            magnitudes: expected.map { $0.isNaN ? 1 : abs($0) + Double(k) }, terms: k,
            precision, "seed \(seed): \(m)x\(k)x\(n), \(ta) \(tb), \(offsets)")
        }
      }
    }
  }
}
