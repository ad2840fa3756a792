public import Networks
internal import Tensors

extension GivenTensors {
  /// The names of the tensors that hold inputs or labels and not numbers of a network.
  private static let reserved: Set<String> = ["input", "input2", "labels", "labels2"]

  /// Takes the tensors that a network names, and images, from safetensors files.
  ///
  /// Parameters have the names of ``Network/parameters``, those of a PyTorch state dictionary;
  /// images are the tensor `input` of shape `[batch, channels, height, width]`. The origin names a
  /// digest of the numbers that are used, so that equal numbers give equal records whatever else
  /// the files hold.
  ///
  /// - Parameters:
  ///   - network: the network that the numbers are for.
  ///   - weights: the file with all parameters, or `nil` where they are drawn.
  ///   - inputs: the file with the images, or `nil` where they are drawn.
  /// - Throws: ``SafeTensorsError`` that names the first tensor that is missing, has another shape
  ///   than the network, is of another type than floating-point, or has a number that is not finite.
  public init(
    for network: Network, weights: SafeTensors? = nil, inputs: SafeTensors? = nil
  ) throws(SafeTensorsError) {
    self.init()
    if let weights {
      var digest = Digest()
      var values: [[Float]] = []
      for spec in network.parameters {
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
      let image = network.inputShape
      let extents = [image.channels, image.height, image.width]
      let entry = try inputs.entry("input")
      guard entry.shape.count == 4, entry.shape[0] > 0, Array(entry.shape.dropFirst()) == extents
      else {
        let needed = "[batch, \(extents.map(String.init).joined(separator: ", "))]"
        throw SafeTensorsError(
          file: inputs.file, tensor: "input",
          problem: .shapeMismatch(found: entry.shape, needed: needed))
      }
      self.inputs = Minibatch(
        pixels: try inputs.finiteFloats("input", into: &digest), labels: nil)
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
          images.count / shape.imageCount, shape.channels, shape.height, shape.width,
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
}

/// The hash FNV-1a of 64 bits.
private struct Digest {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt32) {
    var word = word
    for _ in 0..<4 {
      state = (state ^ UInt64(word & 0xFF)) &* 0x100_0000_01b3
      word >>= 8
    }
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
