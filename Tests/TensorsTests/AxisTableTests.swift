import Tensors
import TestSupport
import Testing

@Suite("Tables along an axis")
struct AxisTableTests {
  @Test(
    "agree with plain loops, and so do their transposes", arguments: [Precision.float, .double])
  func tables(precision: Precision) {
    for seed in 0..<60 {
      var random = SeededGenerator(seed: UInt64(seed))
      let (outer, inner) = (Int.random(in: 1...3, using: &random), [1, 2, 9][seed % 3])
      let (extent, count) = (
        Int.random(in: 1...6, using: &random), Int.random(in: 1...8, using: &random)
      )
      // Some elements read nothing, some one several times.
      let index = (0..<count).map { _ in
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          Int.random(in: 0..<extent, using: &random)
        }
      }
      let weights = index.map { row in random.values(row.count) }
      for isWeighted in [false, true] {
        let table = AxisTable(
          inExtent: extent, index: index, weights: isWeighted ? weights : nil)
        let (inSize, outSize) = (outer * extent * inner, outer * count * inner)
        let (x, u) = (random.values(inSize), random.values(outSize))
        var (y, dx) = (
          [Double](repeating: 0, count: outSize), [Double](repeating: 0, count: inSize)
        )
        for p in 0..<outer {
          for (o, row) in index.enumerated() {
            for (t, from) in row.enumerated() {
              for i in 0..<inner {
                let w = isWeighted ? Double(Float(weights[o][t])) : 1
                let (source, target) = (
                  (p * extent + from) * inner + i, (p * count + o) * inner + i
                )
                y[target] += w * x[source]
                dx[source] += w * u[target]
              }
            }
          }
        }
        let (a, b) = (
          Tensor(TensorShape(channels: inSize), precision: precision),
          Tensor(TensorShape(channels: outSize), precision: precision)
        )
        a.write(x)
        b.fill(7)
        a.map(table, inner: inner, into: b)
        func close(_ actual: [Double], _ expected: [Double]) {
          expectClose(
            actual, expected, magnitudes: expected.map { abs($0) + 1 }, terms: 8, precision,
            "seed \(seed)")
        }
        close(b.values(), y)
        b.write(u)
        a.fill(7)
        b.mapTransposed(table, inner: inner, into: a)
        close(a.values(), dx)
      }
    }
  }
}
