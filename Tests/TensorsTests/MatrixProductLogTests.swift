import TestSupport
import Testing

@testable import Tensors

/// Products are counted by what was asked for, and not while nobody asks; nothing else may run products meanwhile.
@Suite(.serialized) struct MatrixProductLogTests {
  @Test(arguments: Precision.allCases)
  func countsWhatRuns(precision: Precision) throws {
    var random = SeededGenerator(seed: 1)
    func tensor(_ shape: TensorShape) -> Tensor {
      let tensor = Tensor(shape, precision: precision)
      tensor.write(random.values(shape.count).map { Double($0) })
      return tensor
    }
    // Sizes that no other test multiplies: others may run at the same time.
    let x = tensor(TensorShape(batch: 3, channels: 1, height: 1, width: 41))
    let w = tensor(TensorShape(channels: 41 * 37))
    let y = tensor(TensorShape(batch: 3, channels: 1, height: 1, width: 37))
    y.set(rows: x, times: w, transposing: true, columns: 37)
    let values = y.values()
    let counts = MatrixProductLog.counting {
      y.set(rows: x, times: w, transposing: true, columns: 37)
      y.set(rows: x, times: w, transposing: true, columns: 37, adding: true)
    }
    let product = try #require(
      counts.keys.first { $0.columns == 37 && $0.inner == 41 && $0.precision == precision })
    #expect(counts[product] == 2)
    #expect(product.rows == 3 && product.transposesB && !product.transposesA)
    #expect(product.multiplyAdds == 3 * 41 * 37)
    // Run alone it overwrites, with the product of what it is given.
    product.run(of: x, and: w, into: y)
    #expect(y.values() == values)
    let after = MatrixProductLog.counting {}
    #expect(after[product] == nil)
  }
}
