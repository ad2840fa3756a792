internal import ArgumentParser

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
