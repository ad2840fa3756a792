public import Formats
public import Networks
internal import Tensors

extension GivenTensors {
  /// The names of the tensors that hold inputs or labels and not numbers of a network.
  private static let reserved: Set<String> = ["input", "input2", "labels", "labels2"]

  /// Takes the tensors that a network names, and images, from safetensors files.
  ///
  /// Parameters have the names of ``Network/parameters``, those of a PyTorch state dictionary;
  /// images are the tensor `input` of shape `[batch, channels, height, width]`, and `labels`, `[batch]`
  /// integers, where the file has them; `input2` and `labels2` are a second minibatch of the same
  /// size. The origin names a digest of the numbers that are used, so that equal numbers give equal
  /// records whatever else the files hold.
  ///
  /// - Parameters:
  ///   - network: the network that the numbers are for.
  ///   - weights: the file with all parameters, or `nil` where they are drawn.
  ///   - inputs: the file with the images, or `nil` where they are drawn.
  /// - Throws: ``SafeTensorsError`` that names the first tensor that is missing, has another shape
  ///   than the network, is of another type than floating-point, or integers for labels, has a number
  ///   that is not finite, or a label that is none of the classes.
  public init(
    for network: Network, weights: SafeTensors? = nil, inputs: SafeTensors? = nil
  ) throws(SafeTensorsError) {
    self.init()
    if let weights {
      var digest = Digest()
      var values: [[Float]] = []
      let names = network.parameters.map(\.name)
      for spec in network.parameters {
        if weights[spec.name] == nil, let prefix = weights.prefix(of: names) {
          throw SafeTensorsError(
            file: weights.file, tensor: spec.name, problem: .prefixed(prefix))
        }
        let entry = try weights.entry(spec.name)
        guard entry.shape == spec.shape else {
          throw SafeTensorsError(
            file: weights.file, tensor: spec.name,
            problem: .shapeMismatch(found: entry.shape, needed: "\(spec.shape)"))
        }
        values.append(try weights.finiteFloats(spec.name, into: &digest))
      }
      parameters = Parameters(values, for: network)
      origin["weightsDigest"] = .text(digest.text)
    }
    if let inputs {
      var digest = Digest()
      let first = try inputs.minibatch("input", labels: "labels", for: network, into: &digest)
      self.inputs = first
      if inputs["input2"] != nil {
        secondInputs = try inputs.minibatch(
          "input2", labels: "labels2", for: network,
          batch: first.pixels.count / network.inputShape.count, into: &digest)
      } else if inputs["labels2"] != nil {
        throw SafeTensorsError(file: inputs.file, tensor: "input2", problem: .noSuchTensor)
      }
      origin["inputDigest"] = .text(digest.text)
    }
  }

  /// The tensors of a file of weights that a network does not name, in the order of the file.
  ///
  /// - Parameters:
  ///   - weights: the file.
  ///   - network: the network.
  /// - Returns: their names; inputs and labels, which such a file may also hold, are left out.
  public static func ignoredNames(of weights: SafeTensors, for network: Network) -> [String] {
    let known = Set(network.parameters.map(\.name)).union(reserved)
    return weights.names.filter { !known.contains($0) }
  }
}

extension Candidate {
  /// The numbers and images of the first initialisation, ready to be written to a file.
  ///
  /// Scoring again with this file as weights and as inputs gives the same digits.
  public var tensors: [SafeTensors.Tensor] {
    let numbers = parameters.values
    let images = inputs
    let shape = network.inputShape
    return zip(network.parameters, numbers).map { spec, values in
      SafeTensors.Tensor(spec.name, shape: spec.shape, values)
    } + [
      SafeTensors.Tensor(
        "input",
        shape: [
          images.count / shape.count, shape.channels, shape.height, shape.width,
        ], images)
    ]
  }
}

extension SafeTensors {
  fileprivate func entry(_ name: String) throws(SafeTensorsError) -> Entry {
    guard let entry = self[name] else {
      throw SafeTensorsError(file: file, tensor: name, problem: .noSuchTensor)
    }
    return entry
  }

  fileprivate func finiteFloats(
    _ name: String, into digest: inout Digest
  ) throws(SafeTensorsError) -> [Float] {
    let values = try floats(name)
    try requireFinite(name)
    for value in values { digest.add(value.bitPattern) }
    return values
  }

  /// Images, with labels where the file has them.
  fileprivate func minibatch(
    _ name: String, labels: String, for network: Network, batch: Int? = nil,
    into digest: inout Digest
  ) throws(SafeTensorsError) -> Minibatch {
    let image = network.inputShape
    let extents = [image.channels, image.height, image.width]
    let entry = try entry(name)
    guard entry.shape.count == 4, entry.shape[0] > 0, Array(entry.shape.dropFirst()) == extents,
      batch == nil || batch == entry.shape[0]
    else {
      let needed = [batch.map(String.init) ?? "batch"] + extents.map(String.init)
      throw SafeTensorsError(
        file: file, tensor: name,
        problem: .shapeMismatch(
          found: entry.shape, needed: "[\(needed.joined(separator: ", "))]"))
    }
    // The digest of a lone `input` is that of its numbers; whatever else is used has its name in it.
    if name != "input" { digest.add(name) }
    let pixels = try finiteFloats(name, into: &digest)
    guard let found = self[labels] else { return Minibatch(pixels: pixels, labels: nil) }
    guard found.shape == [entry.shape[0]] else {
      throw SafeTensorsError(
        file: file, tensor: labels,
        problem: .shapeMismatch(found: found.shape, needed: "[\(entry.shape[0])]"))
    }
    let values = try integers(labels)
    digest.add(labels)
    for (index, value) in values.enumerated() {
      guard value >= 0, value < network.classes else {
        throw SafeTensorsError(
          file: file, tensor: labels,
          problem: .labelOutOfRange(value: value, index: index, classes: network.classes))
      }
      digest.add(UInt32(truncatingIfNeeded: value))
    }
    return Minibatch(pixels: pixels, labels: values)
  }
}
