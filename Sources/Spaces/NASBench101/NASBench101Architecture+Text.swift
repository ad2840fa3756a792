extension NASBench101Architecture: LosslessStringConvertible {
  /// The tuple of NASLib: the rows of the matrix, then a code for each vertex, 0 for the input, 1 for the
  /// output, 2 for max pooling, 3 for a 1x1 and 4 for a 3x3 convolution.
  public var description: String {
    let bits = matrix.flatMap { row in row.map { $0 ? 1 : 0 } }
    let codes = [0] + operations.map(\.rawValue) + [1]
    return "(\((bits + codes).map(String.init).joined(separator: ", ")))"
  }

  /// The module of a text, or `nil` if it is none; ``init(parsing:)`` says why.
  public init?(_ description: String) {
    guard let architecture = try? Self(parsing: description) else { return nil }
    self = architecture
  }

  /// Reads a tuple of NASLib, such as `(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 4, 1)` for three vertices.
  ///
  /// With n vertices, 2 to 7, it has n^2 numbers for the matrix and n for the operations.
  ///
  /// - Throws: what is wrong with the text, and where.
  public init(parsing text: String) throws(ArchitectureError) {
    var scanner = ArchitectureScanner(text)
    let start = scanner.place
    try scanner.expect("(")
    scanner.skipSpaces()
    var numbers: [(value: Int, place: Int)] = []
    let most = Self.maximumVertices * (Self.maximumVertices + 1)
    while scanner.next != UInt8(ascii: ")") {
      if !numbers.isEmpty { try scanner.expectComma() }
      guard numbers.count < most else {
        throw scanner.error("expected no more than \(most) numbers")
      }
      let place = scanner.place
      numbers.append((try scanner.number(in: 0...4, "an edge or operation"), place))
      scanner.skipSpaces()
    }
    guard let count = (2...Self.maximumVertices).first(where: { $0 * ($0 + 1) == numbers.count })
    else {
      throw scanner.error(
        "expected n x n edges and n operations for 2 to 7 vertices, and not \(numbers.count) numbers,"
      )
    }
    try scanner.expect(")")
    try scanner.finish()

    var matrix = [[Bool]](repeating: [Bool](repeating: false, count: count), count: count)
    for place in 0..<count * count {
      let (row, column) = place.quotientAndRemainder(dividingBy: count)
      let number = numbers[place]
      guard number.value <= 1 else {
        throw scanner.error("expected an edge, 0 or 1,", at: number.place)
      }
      guard number.value == 0 || row < column else {
        throw scanner.error(
          "expected no edge from vertex \(row) to vertex \(column)", at: number.place)
      }
      matrix[row][column] = number.value == 1
    }
    var operations: [NASBench101Operation] = []
    for vertex in 0..<count {
      let number = numbers[count * count + vertex]
      if vertex == 0 || vertex == count - 1 {
        let code = vertex == 0 ? 0 : 1
        guard number.value == code else {
          throw scanner.error(
            "expected \(code), the \(vertex == 0 ? "input" : "output"),", at: number.place)
        }
      } else if let operation = NASBench101Operation(rawValue: number.value) {
        operations.append(operation)
      } else {
        throw scanner.error("expected an operation, 2, 3 or 4,", at: number.place)
      }
    }
    guard let architecture = Self(matrix: matrix, operations: operations) else {
      let module = NASBench101Architecture(unchecked: matrix, operations).pruned
      throw scanner.error(
        module.isConnected
          ? "expected at most \(Self.maximumEdges) edges between input and output and not "
            + "\(module.edgeCount)" : "expected a way from the input to the output", at: start)
    }
    self = architecture
  }
}
