internal import ArgumentParser
internal import Interchange
internal import Tensors

/// How model files are read.
struct ModelFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Channels, rows and columns of an image for ONNX files that leave them open.",
      valueName: "3,224,224"), transform: Self.shape)
  var inputShape: Shape?

  @Flag(
    help: ArgumentHelp(
      "Puts a fresh batch normalisation behind each biased convolution of ONNX files that an "
        + "activation or a sum follows, where the exporter has folded them away."))
  var unfold = false

  private static func shape(_ text: String) throws -> Shape {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let extents = parts.compactMap { Int($0.trimming(while: \.isWhitespace)) }
    guard extents.count == parts.count, extents.count == 3,
      extents.allSatisfy({ (1...65_536).contains($0) })
    else {
      throw ValidationError("three whole numbers of 1 or more with commas between them")
    }
    return Shape(extents)
  }

  /// The option that was given, if one was.
  var given: String? {
    inputShape != nil ? "--input-shape" : unfold ? "--unfold" : nil
  }

  /// What reads the files.
  ///
  /// - Parameter resolution: rows and columns for files that leave them open.
  /// - Returns: the importer.
  func importer(resolution: Int?) -> ONNXImporter {
    ONNXImporter(inputShape: inputShape, resolution: resolution, unfolds: unfold)
  }

  /// Refuses two sizes.
  func check(resolution: Int?) throws {
    if inputShape != nil, resolution != nil {
      throw ValidationError("--input-shape and --resolution both say how large images are")
    }
  }
}

extension Substring {
  fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> Substring {
    var rest = drop(while: isTrimmed)
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return rest
  }
}

/// Whether a network is exported as an ONNX model too.
struct ONNXExportOptions: ParsableArguments {
  @Flag(help: "Writes network.onnx too, an ONNX model of operator set 17 with the weights.")
  var onnx = false

  @Flag(help: "Puts the weights of network.onnx into a file beside it, network.onnx.data.")
  var weightsBeside = false

  func validate() throws {
    if weightsBeside, !onnx { throw ValidationError("--weights-beside belongs to --onnx") }
  }

  /// Where the weights lie, `nil` without a model.
  var form: ModelFileForm? { onnx ? weightsBeside ? .weightsBeside : .weightsInside : nil }
}
