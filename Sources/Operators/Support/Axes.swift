internal import Networks
internal import Tensors

/// Axes of a value for one image, counted from 0 or, where they are negative, back from the last one.
enum Axes {
  /// The position of an axis among `rank`.
  static func position(_ axis: Int, rank: Int) throws(ShapeProblem) -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(position) else {
      throw ShapeProblem("has no axis \(axis) among \(rank)")
    }
    return position
  }

  /// The positions of different axes among `rank`, in the order in which they are named.
  static func positions(_ axes: [Int], rank: Int) throws(ShapeProblem) -> [Int] {
    var positions: [Int] = []
    for axis in axes { positions.append(try position(axis, rank: rank)) }
    guard Set(positions).count == positions.count else {
      throw ShapeProblem("names an axis twice: \(axes)")
    }
    return positions
  }

  /// The position of an axis that was found legal.
  static func known(_ axis: Int, rank: Int) -> Int { axis < 0 ? axis + rank : axis }

  /// The positions of axes that were found legal.
  static func known(_ axes: [Int], rank: Int) -> [Int] { axes.map { known($0, rank: rank) } }

  /// A shape with extents that were found by arithmetic, where there can be so many elements.
  static func shape(_ extents: [Int]) throws(ShapeProblem) -> Shape {
    guard extents.allSatisfy({ $0 > 0 }) else {
      throw ShapeProblem("would give \(extents)")
    }
    var count = 1
    for extent in extents {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product <= 1 << 31 else {
        throw ShapeProblem("would give \(extents), more elements than there is room for")
      }
      count = product
    }
    return Shape(extents)
  }
}

/// A value for one image as it lies in memory: its shape, and how many channels lie side by side.
struct StoredShape: Hashable {
  var shape: Shape
  var block: Int

  /// The extents of the axes in memory, from the outermost.
  var extents: [Int] {
    guard block > 1 else { return shape.extents }
    return [(shape.channels + block - 1) / block, shape.height, shape.width, block]
  }

  /// Elements from one place to the next along each axis in memory.
  var steps: [Int] { StridedBox.rowMajor(extents) }

  /// Elements behind each place of an axis of the shape, in memory.
  func inner(axis: Int) -> Int {
    shape.extents[(axis + 1)...].reduce(1, *) * (axis > 0 ? block : 1)
  }

  /// The extents in memory of a batch.
  func batch(_ count: Int) -> TensorShape { shape.batch(count) }
}

extension BindingContext {
  /// The inputs as they lie in memory.
  var storedInputs: [StoredShape] {
    zip(inputs, inputBlocks).map { StoredShape(shape: $0, block: $1) }
  }

  /// The output as it lies in memory.
  var storedOutput: StoredShape { StoredShape(shape: output, block: outputBlock) }
}
