internal import ArgumentParser
internal import Interchange
internal import Reports
internal import Tensors

/// `tfnas check`: whether a model file can be scored, and whether it computes what it should.
struct CheckCommand: Subcommand {
  static let configuration = CommandConfiguration(
    "check",
    "Tells which operators an ONNX file has and whether its network computes what is expected.",
    arguments: "<model.onnx>",
    discussion: """
      The stored network is run with its own weights and running statistics. Exit code 69 where an \
      operator is not supported, 1 where the output is farther from the expected one than --tolerance \
      of its largest element.
      """,
    examples: [
      "tfnas check model.onnx",
      "tfnas check model.onnx --input images.npz --expect logits.npz",
    ])

  @Argument(help: "An ONNX file.", completion: .file(extensions: ["onnx"]))
  var model: String

  @Option(
    help: ArgumentHelp(
      "Images as the file takes them: the array of a .npy, .npz or safetensors file that has one, or "
        + "that is called as the input.", valueName: "file"), completion: .file())
  var input: String?

  @Option(
    help: ArgumentHelp("The output for these images, likewise.", valueName: "file"),
    completion: .file())
  var expect: String?

  @Option(help: "How far the output may be, relative to the largest expected element.")
  var tolerance = 1e-4

  @Option(help: "The element type of the computation.")
  var precision = Precision.float

  @Option(
    help: "Rows and columns of an image for files that leave them open.")
  var resolution: Int?

  @OptionGroup var files: ModelFileOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try tfnas.check("--resolution", resolution, in: 1...4096)
    try files.check(resolution: resolution)
    if expect != nil, input == nil {
      throw ValidationError("--expect needs --input FILE, the images that the output belongs to")
    }
    guard tolerance >= 0 else { throw ValidationError("--tolerance must be 0 or more") }
  }

  func run() throws {
    let check = try ONNXCheck(
      contentsOfFile: model, importer: files.importer(resolution: resolution), input: input,
      expected: expect, precision: precision)
    let report = CheckReport(check)
    try output.check(header: report.header)
    try output.write(report)
    let missing = check.survey.unsupported
    if !check.isSupported {
      throw CommandError(ONNXError(file: model, problem: .unsupported(missing)))
    }
    if let comparison = check.comparison, !(comparison.maximumRelativeDifference <= tolerance) {
      throw CommandError(
        .differs,
        "\(model): the output differs by \(comparison.maximumRelativeDifference) of its largest "
          + "element, beyond --tolerance \(tolerance)")
    }
  }
}
