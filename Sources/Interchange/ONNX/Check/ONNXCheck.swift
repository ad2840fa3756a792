public import Formats
internal import Networks
public import Tensors

/// What a model file has and gives: its operators, and the output of the stored network beside an expected one.
public struct ONNXCheck: Sendable {
  /// How far an output is from the expected one.
  public struct Comparison: Hashable, Sendable {
    /// The largest difference of two elements.
    public var maximumAbsoluteDifference: Double
    /// That difference by the largest expected element.
    public var maximumRelativeDifference: Double

    /// Compares.
    ///
    /// - Parameters:
    ///   - output: what a network gave.
    ///   - expected: as many elements.
    public init(_ output: [Double], with expected: [Float]) {
      var difference = 0.0
      var largest = 0.0
      for (a, b) in zip(output, expected) {
        let distance = (a - Double(b)).magnitude
        // What is no number is as far away as can be.
        difference = distance.isNaN ? .infinity : max(difference, distance)
        largest = max(largest, Double(b.magnitude))
      }
      maximumAbsoluteDifference = difference
      maximumRelativeDifference = difference == 0 ? 0 : difference / largest
    }
  }

  /// The operators of the file, and the network where all are supported.
  public let survey: ONNXSurvey
  /// What the network gives for the images, image by image; `nil` where there were none.
  public let output: [Double]?
  /// How far that is from what was expected; `nil` where nothing was.
  public let comparison: Comparison?

  /// Whether every operator is supported.
  public var isSupported: Bool { survey.network != nil }

  /// Checks a file.
  ///
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - importer: how it is read; `endsAtLogits` is ignored, since the file's own output is compared.
  ///   - input: the path of images as the file wants them, `.npy`, `.npz` or `.safetensors`.
  ///   - expected: the path of the output to compare with.
  ///   - precision: that of the computation.
  /// - Throws: ``ONNXError``, or the error of the other files.
  public init(
    contentsOfFile path: String, importer: ONNXImporter = ONNXImporter(), input: String? = nil,
    expected: String? = nil, precision: Precision = .float
  ) throws {
    var importer = importer
    importer.endsAtLogits = false
    survey = try importer.survey(contentsOfFile: path)
    guard let network = survey.network, let input else {
      output = nil
      comparison = nil
      return
    }
    let images = try GivenArray(
      contentsOfFile: input, named: [network.input, "images", "input", "x"])
    let own = network.network.inputShape
    let extents = network.isChannelsLast ? [own[1], own[2], own[0]] : own.extents
    try images.require(extents, "images")
    let output = try network.output(of: images.floats, precision: precision)
    self.output = output
    guard let expected else {
      comparison = nil
      return
    }
    let wanted = try GivenArray(
      contentsOfFile: expected, named: [network.output, "logits", "output", "y"])
    try wanted.require(count: output.count)
    comparison = Comparison(output, with: wanted.floats)
  }

  /// The document of `check`.
  public var json: JSONValue {
    let own = survey.network
    return [
      "network": .text(survey.file), "supported": .boolean(isSupported),
      "operators": .array(
        survey.operators.map { entry in
          [
            "name": .text(entry.name), "domain": .text(entry.domain),
            "count": .integer(entry.count), "supported": .boolean(entry.isSupported),
          ]
        }),
      "unsupported": .array(
        survey.unsupported.map { entry in
          [
            "name": .text(entry.name), "domain": .text(entry.domain),
            "node": .text(entry.node), "reason": entry.reason.map(JSONValue.text) ?? .null,
          ]
        }),
      "outputs": .array(
        own.map { own in
          [
            [
              "name": .text(own.output),
              "shape": .array(own.network.outputShape.extents.map(JSONValue.integer)),
            ]
          ]
        } ?? []),
      "remarks": .array((own?.remarks ?? []).map { .text($0.text) }),
      "maximumAbsoluteDifference": .optional(comparison?.maximumAbsoluteDifference),
      "maximumRelativeDifference": .optional(comparison?.maximumRelativeDifference),
    ]
  }
}
