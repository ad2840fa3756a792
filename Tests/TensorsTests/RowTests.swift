import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Rows")
struct RowTests {
  /// Rows of neighbours and rows with elements apart, longer and shorter than a vector and a stretch.
  private static let views = [
    RowView(outer: 3, count: 21, inner: 1), RowView(outer: 2, count: 5, inner: 7),
    RowView(outer: 1, count: 3, inner: 70), RowView(outer: 4, count: 1, inner: 1),
    RowView(outer: 1, count: 200, inner: 1), RowView(outer: 5, count: 8, inner: 2),
  ]

  private static func shape(_ view: RowView, batch: Int) -> TensorShape {
    TensorShape(batch: batch, channels: view.outer * view.count * view.inner)
  }

  /// The indices of each row of an image.
  private static func rows(_ view: RowView) -> [[Int]] {
    (0..<view.outer).flatMap { o in
      (0..<view.inner).map { i in
        (0..<view.count).map { (o * view.count + $0) * view.inner + i }
      }
    }
  }

  private static func tensor(
    _ random: inout SeededGenerator, _ shape: TensorShape, _ precision: Precision,
    around: Double = 0
  ) -> (tensor: Tensor, values: [Double]) {
    let values = random.values(shape.count).map { Double(Float($0 + around)) }
    let tensor = Tensor(shape, precision: precision)
    tensor.write(values)
    return (tensor, values)
  }

  @Test("have the moments of plain loops", arguments: views)
  func moments(view: RowView) {
    for precision in Precision.allCases {
      var random = SeededGenerator(seed: 1)
      let shape = Self.shape(view, batch: 2)
      // A large mean costs no digits.
      let x = Self.tensor(&random, shape, precision, around: 1000)
      let found = x.tensor.rowMoments(view)
      for image in 0..<2 {
        for (row, places) in Self.rows(view).enumerated() {
          let values = places.map { x.values[image * shape.imageCount + $0] }
          let mean = values.reduce(0, +) / Double(values.count)
          let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
          let place = image * view.rows + row
          #expect(abs(found.mean[place] - mean) <= 1e-12 * abs(mean))
          #expect(abs(found.squares[place] - squares) <= 1e-9 * (squares + 1e-9))
        }
      }
    }
  }

  @Test("have the sums of plain loops", arguments: views)
  func sums(view: RowView) {
    for precision in Precision.allCases {
      for images in [1, 3] {
        var random = SeededGenerator(seed: 2)
        let shape = Self.shape(view, batch: 3)
        let u = Self.tensor(&random, shape, precision)
        let x = Self.tensor(&random, shape.with(batch: images), precision)
        let mean = random.values(images * view.rows)
        let found = u.tensor.rowSums(view, with: x.tensor, about: mean)
        for image in 0..<3 {
          let own = images == 1 ? 0 : image
          for (row, places) in Self.rows(view).enumerated() {
            var (sum, product, size) = (0.0, 0.0, 1e-3)
            for place in places {
              let w = u.values[image * shape.imageCount + place]
              let d = x.values[own * shape.imageCount + place] - mean[own * view.rows + row]
              sum += w
              product += w * d
              size += abs(w) + abs(w * d)
            }
            let place = image * view.rows + row
            #expect(abs(found.sum[place] - sum) <= 1e-13 * size)
            #expect(abs(found.product[place] - product) <= 1e-13 * size)
          }
        }
      }
    }
  }

  @Test("are set to sums of terms as by plain loops", arguments: views)
  func affine(view: RowView) {
    for precision in Precision.allCases {
      for adds in [false, true] {
        var random = SeededGenerator(seed: 3)
        let shape = Self.shape(view, batch: 3)
        let rows = 3 * view.rows
        let y = Self.tensor(&random, shape, precision)
        let x = Self.tensor(&random, shape, precision)
        let shared = Self.tensor(&random, shape.with(batch: 1), precision)
        let (f, g, m, o) = (
          random.values(rows), random.values(rows), random.values(rows), random.values(rows)
        )
        var expected = y.values
        for image in 0..<3 {
          for (row, places) in Self.rows(view).enumerated() {
            let r = image * view.rows + row
            for place in places {
              let i = image * shape.imageCount + place
              let value =
                f[r] * (x.values[i] - m[r]) + shared.values[place]
                + g[r] * (y.values[i] - m[r]) + o[r]
              expected[i] = adds ? expected[i] + value : value
            }
          }
        }
        y.tensor.set(
          rows: view,
          sumOf: [
            RowTerm(x.tensor, factor: f, about: m), RowTerm(shared.tensor),
            RowTerm(y.tensor, factor: g, about: m),
          ], offset: o, adding: adds)
        expectClose(
          y.tensor.values(), expected, magnitudes: magnitudes(expected).map { $0 + 1 }, terms: 1,
          precision, "\(view) adding \(adds)")
      }
    }
  }

  @Test("have the softmax of plain loops, and its derivative", arguments: views)
  func softmax(view: RowView) {
    for precision in Precision.allCases {
      var random = SeededGenerator(seed: 4)
      let shape = Self.shape(view, batch: 2)
      // Far from 0, where exponentials would overflow.
      let x = Self.tensor(&random, shape, precision, around: 300)
      let u = Self.tensor(&random, shape, precision)
      var (shares, logs, derivative) = (x.values, x.values, x.values)
      for image in 0..<2 {
        for places in Self.rows(view) {
          let own = places.map { image * shape.imageCount + $0 }
          let top = own.map { x.values[$0] }.max() ?? 0
          let sum = own.reduce(0) { $0 + exp(x.values[$1] - top) }
          for i in own {
            shares[i] = exp(x.values[i] - top) / sum
            logs[i] = x.values[i] - top - log(sum)
          }
          let mean = own.reduce(0) { $0 + shares[$1] * u.values[$1] }
          for i in own { derivative[i] = shares[i] * (u.values[i] - mean) }
        }
      }
      let y = Tensor(shape, precision: precision)
      x.tensor.softmax(view, into: y)
      expectClose(y.values(), shares, magnitudes: shares, terms: 2, precision, "\(view)")
      let z = Tensor(shape, precision: precision)
      u.tensor.softmaxDerivative(view, at: y, into: z)
      expectClose(
        z.values(), derivative, magnitudes: shares.map { $0 + 1e-3 }, terms: 4, precision,
        "\(view)")
      // One softmax for both images, in place.
      u.tensor.softmaxDerivative(view, at: y.images(0..<1), into: u.tensor)
      let first = shape.imageCount
      #expect(Array(u.tensor.values()[..<first]) == Array(z.values()[..<first]))
      x.tensor.softmax(view, logarithm: true, into: y)
      expectClose(
        y.values(), logs, magnitudes: magnitudes(logs).map { $0 + 1 }, terms: 300, precision,
        "\(view)")
    }
  }
}
