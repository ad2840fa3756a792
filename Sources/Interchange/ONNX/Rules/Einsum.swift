internal import Networks
internal import Operators
internal import Tensors

/// A sum over products of elements whose axes are named by letters, as a product of matrices.
enum Einsum {
  static func of(_ call: Call, _ translation: inout Translation) throws(ModelProblem) -> Traced {
    var operands: [Operand] = []
    var values: [Traced] = []
    for place in call.inputs.indices { values.append(try translation.traced(call, place)) }
    let (terms, output) = try labels(
      call.text("equation", default: ""), ranks: values.map(\.rank))
    for (value, term) in zip(values, terms) { operands.append(Operand(value, term)) }
    guard (1...2).contains(operands.count) else {
      throw .unsupported("of \(operands.count) values")
    }
    guard terms.allSatisfy({ Set($0).count == $0.count }), Set(output).count == output.count else {
      throw .unsupported("along a diagonal")
    }
    // The images have a letter, which no sum may go over.
    let images = Set(operands.compactMap(\.images))
    guard images.count <= 1 else { throw .unsupported("pairs the images of a batch") }
    if let letter = images.first {
      guard output.contains(letter),
        operands.allSatisfy({ $0.images != nil || !$0.labels.contains(letter) })
      else { throw .unsupported("sums over the images of a batch") }
    }
    guard Set(operands.compactMap { $0.value.batch.map { [$0.outer, $0.inner] } }).count <= 1 else {
      throw .unsupported("combines images of a batch with others")
    }
    var place = operands.compactMap(\.value.batch).first
    if let letter = images.first { place?.axis = output.firstIndex(of: letter) ?? 0 }
    let own = output.filter { place?.isKept != false || $0 != images.first }

    for index in operands.indices {
      let others = operands.indices.filter { $0 != index }.flatMap { operands[$0].labels }
      try operands[index].sum(
        over: { !own.contains($0) && !others.contains($0) }, call, &translation)
    }
    var result = operands[0]
    if operands.count == 2 {
      result = try product(operands[0], operands[1], own, call, &translation)
    }
    try result.order(own, call, &translation)
    return Traced(layer: result.value.layer, shape: result.value.shape, batch: place)
  }

  /// The product of two operands: batched matrices, of which the letters that both have and the result lacks are
  /// summed over.
  private static func product(
    _ a: Operand, _ b: Operand, _ output: [Character], _ call: Call,
    _ translation: inout Translation
  ) throws(ModelProblem) -> Operand {
    var (a, b) = (a, b)
    let common = a.labels.filter(b.labels.contains)
    for letter in common where a.extent(letter) != b.extent(letter) {
      throw .malformed("has \(a.extent(letter)) and \(b.extent(letter)) elements along \(letter)")
    }
    let outer = common.filter(output.contains)
    let summed = common.filter { !output.contains($0) }
    let rows = a.labels.filter { !common.contains($0) }
    let columns = b.labels.filter { !common.contains($0) }
    func extents(_ letters: [Character], _ operand: Operand) -> [Int] {
      letters.map(operand.extent)
    }
    let shape = extents(outer, a) + extents(rows, a) + extents(columns, b)
    let count = extents(summed, a).reduce(1, *)
    try a.order(outer + rows + summed, call, &translation)
    try b.order(outer + summed + columns, call, &translation)
    let left = try translation.reshaped(
      a.value, to: extents(outer, a) + [extents(rows, a).reduce(1, *), count], for: call, batch: nil
    )
    let right = try translation.reshaped(
      b.value, to: extents(outer, b) + [count, extents(columns, b).reduce(1, *)], for: call,
      batch: nil)
    let product = try translation.add(
      MatMul(), [left.layer, right.layer], for: call, batch: nil)
    let value = try translation.reshaped(product, to: shape, for: call, batch: nil)
    return Operand(value: value, labels: outer + rows + columns)
  }

  /// A value with a letter for each axis of one image.
  private struct Operand {
    var value: Traced
    var labels: [Character]
    /// The letter of the images.
    var images: Character?

    init(value: Traced, labels: [Character]) {
      self.value = value
      self.labels = labels
    }

    /// A value with a letter for each axis that it has in the file.
    init(_ value: Traced, _ term: [Character]) {
      self.value = value
      images = value.batch.map { term[$0.axis] }
      labels = term.enumerated().filter { value.axis($0.offset) != nil }.map(\.element)
    }

    func extent(_ letter: Character) -> Int {
      labels.firstIndex(of: letter).map { value.shape[$0] } ?? 1
    }

    /// Sums over letters.
    mutating func sum(
      over isSummed: (Character) -> Bool, _ call: Call, _ translation: inout Translation
    ) throws(ModelProblem) {
      let axes = labels.indices.filter { isSummed(labels[$0]) }
      guard !axes.isEmpty else { return }
      value = try translation.add(
        ReduceSum(axes: axes), [value.layer], for: call, batch: nil)
      labels.removeAll(where: isSummed)
    }

    /// Puts the axes in an order.
    mutating func order(
      _ letters: [Character], _ call: Call, _ translation: inout Translation
    ) throws(ModelProblem) {
      let order = letters.compactMap(labels.firstIndex)
      guard order.count == labels.count, letters.count == labels.count else {
        throw .malformed("asks for axes that no value has")
      }
      value = try translation.transposed(value, order, for: call, batch: nil)
      labels = letters
    }
  }

  /// The letters of the operands and of the result; an ellipsis becomes letters that nobody types.
  private static func labels(_ equation: String, ranks: [Int]) throws(ModelProblem) -> (
    terms: [[Character]], output: [Character]
  ) {
    let text = equation.filter { $0 != " " }
    let sides = text.components("->")
    let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(sides.count), terms.count == ranks.count else {
      throw .malformed("has the equation \(equation) for \(ranks.count) values")
    }
    var longest = 0
    for (term, rank) in zip(terms, ranks) where term.contains("...") {
      longest = max(longest, rank - (term.count - 3))
    }
    guard longest >= 0, longest < 10 else { throw .malformed("has the equation \(equation)") }
    let digits = (0..<longest).map { Character("\($0)") }
    func letters(_ term: String, rank: Int?) throws(ModelProblem) -> [Character] {
      let parts = term.components("...")
      guard parts.count <= 2, parts.allSatisfy({ $0.allSatisfy(\.isLetter) }) else {
        throw .malformed("has the equation \(equation)")
      }
      guard parts.count == 2 else { return Array(term) }
      let count = rank.map { $0 - (term.count - 3) } ?? longest
      return parts[0] + digits.suffix(max(0, count)) + parts[1]
    }
    var result: [[Character]] = []
    for (term, rank) in zip(terms, ranks) {
      let own = try letters(term, rank: rank)
      guard own.count == rank else {
        throw .malformed("has the equation \(equation) for a value of \(rank) axes")
      }
      result.append(own)
    }
    if sides.count == 2 { return (result, try letters(sides[1], rank: nil)) }
    // Without a right side: what is there once, in the order of the alphabet.
    let all = result.flatMap { $0 }
    let single = Set(all).filter { letter in
      letter.isNumber || all.count { $0 == letter } == 1
    }
    return (result, single.sorted())
  }
}

extension String {
  /// The parts between a separator.
  fileprivate func components(_ separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
