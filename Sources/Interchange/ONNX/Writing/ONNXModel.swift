public import Networks
internal import ONNXSchema
internal import SwiftProtobuf
internal import Tensors

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A network with numbers as an ONNX model of operator set 17.
///
/// Images come in as `[batch, channels, rows, columns]` and the output goes out as `[batch, classes]`, the batch being
/// open. Batch normalisations use their running statistics. Whatever the network builds is written, edges that lead
/// nowhere included, and the model says where blocks end and how parameters begin that belong to no layer, so that
/// what is read back scores as the network itself.
public struct ONNXModel: Sendable {
  /// Why a model cannot be written.
  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// The weights are too large for one file; write them beside the model.
    case tooLarge(bytes: Int)

    /// One line.
    public var description: String {
      switch self {
      case .tooLarge(let bytes):
        "the model has \(bytes) bytes, and one file takes at most 2 GB: write its weights beside it"
      }
    }
  }

  /// The operator set.
  public static let operatorSet = 17
  /// The version of the format.
  static let format = 8

  private let graph: Onnx_GraphProto
  private let numbers: [(name: String, shape: [Int], values: [Float])]
  private let metadata: [(String, String)]

  /// Writes a network down.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - parameters: its numbers.
  ///   - name: what the graph is called.
  ///   - architecture: the text of the architecture that it was built from, so that what is read back
  ///     draws the same numbers from a seed.
  ///   - metadata: further entries that the model carries.
  public init(
    _ network: Network, _ parameters: Parameters, name: String, architecture: String? = nil,
    metadata: KeyValuePairs<String, String> = [:]
  ) {
    var graph = GraphWriter(network)
    self.graph = graph.proto(name: name)
    var numbers: [(name: String, shape: [Int], values: [Float])] = []
    for (spec, values) in zip(network.parameters, parameters.values) {
      numbers.append((graph.tensorName(spec.name), spec.shape, values))
    }
    for (spec, values) in zip(network.buffers, parameters.buffers) {
      numbers.append((graph.tensorName(spec.name), spec.shape, values))
    }
    self.numbers = numbers
    self.metadata =
      graph.metadata + (architecture.map { [(ModelMetadata.architectureKey, $0)] } ?? [])
      + metadata.map { ($0.key, $0.value) }
  }

  /// The model in one file.
  ///
  /// - Throws: ``Problem/tooLarge(bytes:)``.
  public func file() throws(Problem) -> Data {
    let bytes = numbers.reduce(0) { $0 + 4 * $1.values.count }
    // What stands around the numbers is small beside them.
    guard bytes < ModelDecoder.byteLimit - 1 << 24 else { throw .tooLarge(bytes: bytes) }
    var graph = graph
    graph.initializer = numbers.map { entry in
      var tensor = Self.tensor(entry.name, entry.shape)
      tensor.rawData = Data(Self.bytes(entry.values))
      return tensor
    }
    return serialized(graph)
  }

  /// The model with its numbers in a file beside it.
  ///
  /// - Parameter location: the name of that file, in the folder of the model.
  /// - Returns: both files.
  public func files(numbersIn location: String) -> (model: Data, numbers: [UInt8]) {
    var graph = graph
    var data: [UInt8] = []
    data.reserveCapacity(numbers.reduce(0) { $0 + 4 * $1.values.count })
    for entry in numbers {
      var tensor = Self.tensor(entry.name, entry.shape)
      tensor.dataLocation = .external
      let places = [
        ("location", location), ("offset", "\(data.count)"),
        ("length", "\(4 * entry.values.count)"),
      ]
      tensor.externalData = places.map(Self.entry)
      data += Self.bytes(entry.values)
      graph.initializer.append(tensor)
    }
    return (serialized(graph), data)
  }

  private func serialized(_ graph: Onnx_GraphProto) -> Data {
    var model = Onnx_ModelProto()
    model.irVersion = Int64(Self.format)
    model.producerName = ModelMetadata.producer
    model.graph = graph
    var set = Onnx_OperatorSetIdProto()
    set.domain = ""
    set.version = Int64(Self.operatorSet)
    model.opsetImport = [set]
    model.metadataProps = metadata.map(Self.entry)
    // A message without required fields can always be written.
    return (try? model.serializedBytes() as Data) ?? Data()
  }

  private static func tensor(_ name: String, _ shape: [Int]) -> Onnx_TensorProto {
    var tensor = Onnx_TensorProto()
    tensor.name = name
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = ElementType.float.rawValue
    return tensor
  }

  /// Numbers in 32 bits, lowest byte first.
  static func bytes(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values {
      let bits = value.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return bytes
  }

  private static func entry(_ key: String, _ value: String) -> Onnx_StringStringEntryProto {
    var entry = Onnx_StringStringEntryProto()
    entry.key = key
    entry.value = value
    return entry
  }
}
