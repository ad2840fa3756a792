internal import Networks
internal import Operators
internal import Tensors

extension Rules {
  /// Shapes and constants.
  static let constants: [String: Rule] = [
    "Constant": { (call, translation) throws(ModelProblem) in [.known(try constant(call))] },
    "Shape": { (call, translation) throws(ModelProblem) in
      let extents = try shape(call, translation)
      let rank = extents.count
      func bound(_ name: String, _ none: Int) throws(ModelProblem) -> Int {
        let index = try call.integer(name, default: none)
        return min(max(index < 0 ? index &+ rank : index, 0), rank)
      }
      let (start, end) = (try bound("start", 0), try bound("end", rank))
      return [.known(KnownTensor(vector: start < end ? Array(extents[start..<end]) : []))]
    },
    "Size": { (call, translation) throws(ModelProblem) in
      let count = try Extents.count(shape(call, translation))
      return [.known(KnownTensor(.int64, [], .integers([count])))]
    },
    "Cast": { (call, translation) throws(ModelProblem) in
      guard let number = try call.integer("to") else { throw .malformed("has no type") }
      return [try cast(call, to: ElementType(number: Int32(clamping: number)))]
    },
    "CastLike": { (call, translation) throws(ModelProblem) in
      switch call.input(1) {
      case .known(let tensor): [try cast(call, to: tensor.type)]
      default: [try cast(call, to: .float)]
      }
    },
  ]

  private static func constant(_ call: Call) throws(ModelProblem) -> KnownTensor {
    let attributes = call.node.attributes
    guard attributes.count == 1, let (name, value) = attributes.first else {
      throw .malformed("has \(attributes.count) values")
    }
    switch (name, value) {
    case ("value", .tensor(let tensor)):
      return KnownTensor(tensor.renamed(call.node.outputs.first ?? tensor.name))
    case ("value_int", .integer(let number)): return KnownTensor(.int64, [], .integers([number]))
    case ("value_ints", .integers(let numbers)): return KnownTensor(vector: numbers)
    case ("value_float", .number(let number)): return KnownTensor(.float, Double(number))
    case ("value_floats", .numbers(let numbers)):
      return KnownTensor(.float, [numbers.count], .numbers(numbers.map(Double.init)))
    default: throw .unsupported("with \(name)")
    }
  }

  /// The extents of the file's value.
  static func shape(_ call: Call, _ translation: Translation) throws(ModelProblem) -> [Int] {
    switch call.input(0) {
    case .known(let tensor): return tensor.shape
    case .traced(let value): return translation.extents(value)
    default: throw .malformed("reads no tensor")
    }
  }

  private static func cast(_ call: Call, to type: ElementType) throws(ModelProblem) -> Value {
    switch call.input(0) {
    case .known(var tensor):
      if tensor.type == type { return .known(tensor) }
      if tensor.view != nil, tensor.type.isFloatingPoint, type.isFloatingPoint {
        tensor.type = type
        return .known(tensor)
      }
      if type == .boolean {
        return .known(
          KnownTensor(type, tensor.shape, .integers(tensor.numbers().map { $0 != 0 ? 1 : 0 })))
      }
      if !type.isFloatingPoint, !tensor.type.isFloatingPoint {
        return .known(KnownTensor(type, tensor.shape, .integers(try tensor.integers())))
      }
      let values = tensor.numbers().map { type.rounded($0) }
      return .known(KnownTensor(type, tensor.shape, Evaluation.payload(values, type)))
    case .traced(let value):
      guard type.isFloatingPoint else {
        throw .unsupported("to whole numbers, which have no derivative")
      }
      return .traced(value)
    default: throw .malformed("reads no tensor")
    }
  }
}
