internal import Tensors

/// The images that a model reads: the extents of one of them, and how many there are.
struct ModelInput {
  let name: String
  /// Channels, rows and columns, or whatever axes there are.
  let shape: Shape
  /// Whether the file has channels behind rows and columns.
  let isChannelsLast: Bool
  /// The batch that the file is fixed to, `nil` where it is open.
  let fixedBatch: Int?

  /// Finds the input, and settles the extents that the file leaves open.
  ///
  /// - Parameters:
  ///   - graph: the model.
  ///   - nodes: the nodes that the output depends on.
  ///   - wanted: channels, rows and columns by the user.
  ///   - resolution: rows and columns by the user.
  ///   - file: the name of the file in messages.
  /// - Throws: ``ONNXError`` where that is impossible.
  init(
    _ graph: ModelGraph, read nodes: [ModelNode], shape wanted: Shape?, resolution: Int?,
    file: String
  ) throws(ONNXError) {
    func error(_ text: String, at name: String? = nil) -> ONNXError {
      ONNXError(
        file: file, place: name.map { "input \($0)" }, problem: .malformed(text))
    }
    let read = Set(nodes.flatMap { $0.inputs + Self.free(in: $0) })
    let inputs = graph.inputs.filter { read.contains($0.name) }
    guard inputs.count == 1, let input = inputs.first else {
      let names = inputs.map(\.name).joined(separator: ", ")
      throw error(
        inputs.isEmpty
          ? "has no input that its output depends on"
          : "reads several inputs, \(names), and a classifier reads images alone")
    }
    guard let type = input.type else { throw error("has no type", at: input.name) }
    guard type.isFloatingPoint || type == .uint8 else {
      throw error("is no image: it holds neither floating-point numbers nor bytes", at: input.name)
    }
    guard let extents = input.extents, extents.count > 1 else {
      throw error("is no batch of images: its axes are not known", at: input.name)
    }
    name = input.name
    if let batch = extents[0], batch < 1 { throw error("has no images", at: input.name) }
    fixedBatch = extents[0]
    var own = Array(extents.dropFirst())
    isChannelsLast = own.count == 3 && Self.isChannelsLast(own)
    if isChannelsLast { own = [own[2], own[0], own[1]] }
    if let wanted {
      guard wanted.rank == own.count else {
        throw error("has \(own.count) axes for an image, not \(wanted.rank)", at: input.name)
      }
      own = try Self.settled(own, by: wanted.extents.map { $0 }, input.name, file)
    }
    if let resolution, own.count == 3 {
      own = try Self.settled(own, by: [own[0], resolution, resolution], input.name, file)
    }
    guard own.allSatisfy({ $0 != nil }) else {
      let text = extents.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
      throw error(
        "has the open shape [\(text)]: say --resolution, or --input-shape CHANNELS,HEIGHT,WIDTH",
        at: input.name)
    }
    let known = own.compactMap { $0 }
    guard known.allSatisfy({ $0 > 0 }), (try? Extents.count(known)).map({ $0 < 1 << 31 }) == true
    else { throw error("has images of \(known) numbers", at: input.name) }
    shape = Shape(known)
  }

  private static func settled(
    _ own: [Int?], by wanted: [Int?], _ name: String, _ file: String
  ) throws(ONNXError) -> [Int?] {
    for (mine, other) in zip(own, wanted) {
      guard let mine, let other, mine != other else { continue }
      let text = own.map { $0.map(String.init) ?? "?" }.joined(separator: "x")
      throw ONNXError(
        file: file, place: "input \(name)",
        problem: .malformed("is fixed to images of \(text), so it cannot have \(other) for \(mine)")
      )
    }
    return zip(own, wanted).map { $0 ?? $1 }
  }

  /// Whether the last of three axes is that of the colours.
  private static func isChannelsLast(_ own: [Int?]) -> Bool {
    func isColours(_ extent: Int?) -> Bool { extent == 1 || extent == 3 || extent == 4 }
    return isColours(own[2]) && !isColours(own[0])
  }

  private static func free(in node: ModelNode) -> [String] {
    node.attributes.values.flatMap { value -> [String] in
      if case .graph(let graph) = value { NodeOrder.free(in: graph) } else { [] }
    }
  }

  /// A prime above every extent in the file, which stands for the number of images.
  func probe(above graph: ModelGraph) -> Int {
    var largest = 1 << 20
    for tensor in graph.tensors { largest = max(largest, tensor.shape.max() ?? 0) }
    for value in graph.inputs + graph.outputs {
      for case let extent? in value.extents ?? [] { largest = max(largest, extent) }
    }
    var candidate = largest | 1
    while !Self.isPrime(candidate) { candidate += 2 }
    return candidate
  }

  private static func isPrime(_ number: Int) -> Bool {
    var divisor = 3
    while divisor * divisor <= number {
      if number % divisor == 0 { return false }
      divisor += 2
    }
    return number % 2 == 1
  }
}

extension Translator {
  /// Names the images.
  mutating func define(_ input: ModelInput) throws(ONNXError) {
    var value = Traced(layer: 0, shape: input.shape, batch: BatchPlace(axis: 0))
    if input.isChannelsLast {
      do {
        value = try reordered(value)
      } catch {
        throw error.error(file: file, place: "input \(input.name)")
      }
    }
    define(input.name, .traced(value))
  }

  /// Images with their channels last, as the file wants them.
  private mutating func reordered(_ value: Traced) throws(ModelProblem) -> Traced {
    let node = ModelNode(
      name: "input", type: "Transpose", domain: "", overload: "", opset: 0, inputs: [],
      outputs: [], attributes: [:])
    return try translation.transposed(
      value, [1, 2, 0], for: Call(node: node, inputs: []), batch: value.batch)
  }
}
