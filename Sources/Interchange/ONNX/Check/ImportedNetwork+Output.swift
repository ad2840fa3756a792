internal import Derivatives
internal import Networks
public import Tensors

extension ImportedNetwork {
  /// What the stored network gives for images, its normalisations by their running statistics.
  ///
  /// - Parameters:
  ///   - images: row-major images as the file wants them, at least one.
  ///   - precision: that of the computation.
  /// - Returns: the output of each image, row-major.
  /// - Throws: `BackendError` when a library call fails.
  public func output(of images: [Float], precision: Precision = .float) throws -> [Double] {
    let count = network.inputShape.count
    precondition(
      !images.isEmpty && images.count.isMultiple(of: count),
      "\(images.count) pixels are no images of \(network.inputShape)")
    let engine = try KernelEngine(precision: precision)
    var outputs: [Double] = []
    // One after another: values of the whole network are kept for each.
    for start in stride(from: 0, to: images.count, by: count) {
      let pixels = channelsFirst(images[start..<start + count])
      let linearization = try Linearization(
        network, parameters: stored, images: .floats(pixels), normalization: .given,
        workers: [LinearizationWorker(engine: engine, arena: Arena(minimumChunk: 1 << 20))],
        team: WorkerTeam(count: 1))
      try linearization.read([network.output]) { _, values in outputs += values[0].values() }
    }
    return outputs
  }

  private func channelsFirst(_ image: ArraySlice<Float>) -> [Float] {
    guard isChannelsLast else { return Array(image) }
    let channels = network.inputShape.channels
    let places = image.count / channels
    let start = image.startIndex
    return (0..<image.count).map { image[start + $0 % places * channels + $0 / places] }
  }
}
