/// Places at regular distances in one image of each of several tensors: a loop over axes with a step for
/// each tensor along each axis.
///
/// A step of 0 reads one element again and again, which is how a value is broadcast; negative steps go
/// backwards.
package struct StridedBox: Hashable, Sendable {
  /// Where a tensor's places begin, and how far apart they lie along each axis.
  package struct Operand: Hashable, Sendable {
    package var first: Int
    package var steps: [Int]

    package init(first: Int = 0, steps: [Int]) {
      self.first = first
      self.steps = steps
    }

    /// The lowest and the highest place, for axes of these extents.
    func range(_ extents: [Int]) -> ClosedRange<Int> {
      var (low, high) = (first, first)
      for (extent, step) in zip(extents, steps) {
        if step < 0 { low += (extent - 1) * step } else { high += (extent - 1) * step }
      }
      return low...high
    }
  }

  /// Steps along each axis, from the outermost.
  package var extents: [Int]
  /// The tensors.
  package var operands: [Operand]

  package init(_ extents: [Int], _ operands: [Operand]) {
    precondition(operands.allSatisfy { $0.steps.count == extents.count }, "steps for other axes")
    self.extents = extents
    self.operands = operands
  }

  /// Places.
  package var count: Int { extents.reduce(1, *) }

  /// The places of an operand, one after the other.
  package func places(of operand: Int) -> [Int] {
    var places = [operands[operand].first]
    for (extent, step) in zip(extents, operands[operand].steps) {
      places = places.flatMap { place in (0..<extent).map { place + $0 * step } }
    }
    return places
  }

  /// The same places with as few axes as possible.
  package var merged: StridedBox {
    var extents: [Int] = []
    var steps = [[Int]](repeating: [], count: operands.count)
    for axis in self.extents.indices where self.extents[axis] != 1 {
      let extent = self.extents[axis]
      let continues =
        !extents.isEmpty
        && operands.indices.allSatisfy {
          steps[$0][extents.count - 1] == operands[$0].steps[axis] * extent
        }
      if continues {
        extents[extents.count - 1] *= extent
        for operand in operands.indices {
          steps[operand][extents.count - 1] = operands[operand].steps[axis]
        }
      } else {
        extents.append(extent)
        for operand in operands.indices { steps[operand].append(operands[operand].steps[axis]) }
      }
    }
    return StridedBox(
      extents, zip(operands, steps).map { Operand(first: $0.first, steps: $1) })
  }

  /// With an axis in front: images that lie so far apart.
  func images(_ count: Int, strides: [Int]) -> StridedBox {
    StridedBox(
      [count] + extents,
      zip(operands, strides).map { Operand(first: $0.first, steps: [$1] + $0.steps) })
  }

  /// With at least so many axes.
  func axes(atLeast count: Int) -> StridedBox {
    guard extents.count < count else { return self }
    let missing = count - extents.count
    return StridedBox(
      [Int](repeating: 1, count: missing) + extents,
      operands.map {
        Operand(first: $0.first, steps: [Int](repeating: 0, count: missing) + $0.steps)
      })
  }

  /// The operands in another order, some of them left out.
  package func operands(_ order: [Int]) -> StridedBox {
    StridedBox(extents, order.map { operands[$0] })
  }

  /// Steps of row-major elements along each axis of a shape.
  package static func rowMajor(_ extents: [Int]) -> [Int] {
    var steps = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() {
      steps[axis] = steps[axis + 1] * extents[axis + 1]
    }
    return steps
  }
}
