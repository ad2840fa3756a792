/// Products of many row-major matrices of one size in each image: `C = alpha op(A) op(B)`.
///
/// Where several products have one result, they are added up.
package struct MatrixBatch: Hashable, Sendable {
  /// Rows of a result.
  package var rows: Int
  /// Columns of a result.
  package var columns: Int
  /// Columns of `op(A)`.
  package var inner: Int
  /// Whether matrices of `A` are transposed.
  package var transposesA: Bool
  /// Whether matrices of `B` are transposed.
  package var transposesB: Bool
  /// The first elements of the matrices of each product, in an image of `A`, `B` and `C`.
  package var offsets: [Offsets]

  /// Where the matrices of one product begin.
  package struct Offsets: Hashable, Sendable {
    package var a: Int
    package var b: Int
    package var c: Int
    /// Whether an earlier product has the same result, so that this one is added.
    package var adds = false

    package init(a: Int, b: Int, c: Int) {
      self.a = a
      self.b = b
      self.c = c
    }
  }

  package init(
    rows: Int, columns: Int, inner: Int, transposesA: Bool = false, transposesB: Bool = false,
    offsets: [Offsets]
  ) {
    self.rows = rows
    self.columns = columns
    self.inner = inner
    self.transposesA = transposesA
    self.transposesB = transposesB
    var seen: Set<Int> = []
    self.offsets = offsets.map {
      var product = $0
      product.adds = !seen.insert($0.c).inserted
      return product
    }
    joinRows()
  }

  /// Rows that meet one matrix and lie side by side are one matrix.
  private mutating func joinRows() {
    guard !transposesA, offsets.count > 1 else { return }
    let first = offsets[0]
    let isJoined = offsets.enumerated().allSatisfy { place, product in
      product.b == first.b && product.a == first.a + place * rows * inner
        && product.c == first.c + place * rows * columns
    }
    if isJoined { (rows, offsets) = (rows * offsets.count, [first]) }
  }
}

extension Tensor {
  /// Overwrites matrices of each image with products, or adds to them.
  ///
  /// - Parameters:
  ///   - products: which matrices.
  ///   - a: as many images as this tensor has, or one that serves all.
  ///   - b: likewise.
  ///   - factor: what products are multiplied by.
  ///   - adds: whether products are added.
  package func set(
    products: MatrixBatch, of a: Tensor, and b: Tensor, times factor: Double = 1,
    adding adds: Bool = false
  ) {
    var batch = shape.batch
    var m = products.rows
    let (n, k) = (products.columns, products.inner)
    precondition(
      block == 1 && a.block == 1 && b.block == 1 && a.precision == precision
        && b.precision == precision && !overlaps(a) && !overlaps(b)
        && [a, b].allSatisfy { $0.shape.batch == batch || $0.shape.batch == 1 }
        && products.offsets.allSatisfy {
          min($0.a, $0.b, $0.c) >= 0 && $0.a + m * k <= a.imageStride
            && $0.b + k * n <= b.imageStride && $0.c + m * n <= imageStride
        }, "\(m)x\(k) times \(k)x\(n) of \(a.shape) and \(b.shape) into \(shape)")
    let (aStep, bStep) = (a.stride(among: batch), b.stride(among: batch))
    let (aStride, bStride) = (products.transposesA ? m : k, products.transposesB ? k : n)
    if products.offsets.count == 1, !products.transposesA, bStep == 0, aStep == m * k,
      imageStride == m * n
    {
      // Images that meet one matrix are further rows.
      (m, batch) = (m * batch, min(batch, 1))
    }
    for image in 0..<batch {
      for product in products.offsets {
        let sums = adds || product.adds
        let (x, y, z) = (
          image * aStep + product.a, image * bStep + product.b, image * imageStride + product.c
        )
        switch precision {
        case .float:
          unsafe Float.multiplyActivations(
            a.floats + x, aStride, transposingA: products.transposesA, b.floats + y, bStride,
            transposingB: products.transposesB, rows: m, columns: n, inner: k,
            alpha: Float(factor), beta: sums ? 1 : 0, into: floats + z, n)
        case .double:
          unsafe Double.multiplyActivations(
            a.doubles + x, aStride, transposingA: products.transposesA, b.doubles + y, bStride,
            transposingB: products.transposesB, rows: m, columns: n, inner: k, alpha: factor,
            beta: sums ? 1 : 0, into: doubles + z, n)
        }
      }
    }
  }
}
