internal import CKernels
internal import COneDNN

/// Which of a convolution's three maps a kernel computes.
package enum ConvolutionDirection: Hashable, Sendable {
  /// `y` from `x` and `W`.
  case forward
  /// Cotangents of `x` from cotangents of `y` and `W`: the transpose in `x`.
  case backwardData
  /// Cotangents of `W`, summed over the batch, from `x` and cotangents of `y`.
  case backwardWeights
}

/// A convolution of fixed shapes in one direction, ready to run.
///
/// Float kernels are oneDNN primitives and read weights in a layout that oneDNN chose; double kernels, and
/// float ones for which oneDNN has nothing but a plain loop, unfold windows into a matrix and call BLAS.
@safe
package final class ConvolutionKernel {
  package let geometry: ConvolutionGeometry
  package let direction: ConvolutionDirection
  package let batch: Int
  private let precision: Precision
  private let inBlock: Int
  /// Whether the input is plain, and blocked only for the library.
  private let isStaged: Bool
  private let outBlock: Int
  /// Channels as oneDNN sees them.
  ///
  /// Where a block has lanes without a channel, oneDNN is told that they are channels, with weights
  /// of zero: it has fast kernels for whole blocks only.
  private let storedInputs: Int
  private let storedOutputs: Int
  /// Elements that packed weights take.
  package let packedCount: Int
  /// What computes it, in the library's words.
  package let implementation: String
  private let primitive: OpaquePointer?
  private var plain: [Float] = []
  private let unfolded: UnfoldedConvolution?

  init(
    handle: OpaquePointer?, geometry: ConvolutionGeometry, direction: ConvolutionDirection,
    batch: Int, inBlock: Int, outBlock: Int, isStaged: Bool = false, isWinograd: Bool = false
  ) throws(BackendError) {
    self.isStaged = isStaged
    precondition(batch > 0, "a convolution of \(batch) images")
    self.geometry = geometry
    self.direction = direction
    self.batch = batch
    self.inBlock = inBlock
    self.outBlock = outBlock
    func stored(_ channels: Int, block: Int) -> Int {
      geometry.groups == 1 ? (channels + block - 1) / block * block : channels
    }
    storedInputs = stored(geometry.inChannels, block: inBlock)
    storedOutputs = stored(geometry.outChannels, block: outBlock)
    guard let handle = unsafe handle else {
      precondition(inBlock == 1 && outBlock == 1, "double tensors are not blocked")
      unsafe primitive = nil
      precision = .double
      unfolded = UnfoldedConvolution(geometry)
      packedCount = geometry.weightCount
      implementation = Self.unfoldedName
      return
    }
    precision = .float
    // Primitives are planned for the threads that are allowed when they are made.
    tfn_single_thread()
    var shape = tfn_convolution_shape(
      batch: Int64(batch), groups: Int64(geometry.groups),
      in_channels: Int64(storedInputs), in_height: Int64(geometry.inHeight),
      in_width: Int64(geometry.inWidth), out_channels: Int64(storedOutputs),
      out_height: Int64(geometry.outHeight), out_width: Int64(geometry.outWidth),
      kernel_height: Int64(geometry.rows.kernel), kernel_width: Int64(geometry.columns.kernel),
      row_stride: Int64(geometry.rows.stride), column_stride: Int64(geometry.columns.stride),
      row_dilation: Int64(geometry.rows.dilation),
      column_dilation: Int64(geometry.columns.dilation), above: Int64(geometry.rows.before),
      left: Int64(geometry.columns.before),
      in_block: Int64(inBlock), out_block: Int64(outBlock),
      direction: direction == .forward
        ? TFN_FORWARD : direction == .backwardData ? TFN_BACKWARD_DATA : TFN_BACKWARD_WEIGHTS,
      winograd: isWinograd ? 1 : 0)
    var made: OpaquePointer?
    let status = unsafe tfn_convolution_create(handle, &shape, &made)
    if isWinograd || status != TFN_UNIMPLEMENTED { try check(status) }
    if let made = unsafe made {
      let name = unsafe String(cString: tfn_convolution_implementation(made))
      // A loop over every product is hundreds of times slower than a matrix product.
      if !name.hasPrefix("ref") {
        unsafe primitive = made
        unfolded = nil
        packedCount = unsafe tfn_convolution_weight_count(made)
        implementation = name
        return
      }
      unsafe tfn_convolution_destroy(made)
    }
    unsafe primitive = nil
    unfolded = UnfoldedConvolution(geometry)
    packedCount = geometry.weightCount
    implementation = Self.unfoldedName
  }

  /// Whether windows are unfolded for matrix products.
  var isUnfolded: Bool { unfolded != nil }

  private static let unfoldedName = "im2col + gemm"

  deinit { if let primitive = unsafe primitive { unsafe tfn_convolution_destroy(primitive) } }

  /// Puts row-major weights `[out, in / groups, kernel, kernel]` into the layout of this kernel.
  ///
  /// - Parameters:
  ///   - weights: row-major weights.
  ///   - scale: a factor for each output channel, or `nil` for ones.
  ///   - target: a vector of `packedCount` elements.
  /// - Throws: `BackendError` where oneDNN refuses.
  package func pack(_ weights: [Float], scale: [Double]? = nil, into target: Tensor)
    throws(BackendError)
  {
    precondition(
      weights.count == geometry.weightCount && target.storedCount >= packedCount
        && target.precision == precision
        && scale?.count ?? geometry.outChannels == geometry.outChannels,
      "\(weights.count) weights for \(geometry.weightShape)")
    let perChannel = weights.count / geometry.outChannels
    guard let primitive = unsafe primitive else {
      for o in 0..<geometry.outChannels {
        let factor = scale?[o] ?? 1
        for i in o * perChannel..<(o + 1) * perChannel {
          let weight = factor * Double(weights[i])
          switch precision {
          case .float: unsafe target.floats[i] = Float(weight)
          case .double: unsafe target.doubles[i] = weight
          }
        }
      }
      return
    }
    // Whole blocks: weights of lanes without a channel are zero.
    let stride = perChannel / (geometry.inChannels / geometry.groups) * storedInputsOfGroup
    let count = storedOutputs * stride
    if plain.count < count { plain = [Float](repeating: 0, count: count) }
    let outChannels = geometry.outChannels
    let status = unsafe plain.withUnsafeMutableBufferPointer { buffer in
      unsafe weights.withUnsafeBufferPointer { weights in
        for o in 0..<outChannels {
          let factor = scale.map { Float($0[o]) } ?? 1
          for i in 0..<perChannel {
            unsafe buffer[o * stride + i] = weights[o * perChannel + i] * factor
          }
          for i in perChannel..<stride { unsafe buffer[o * stride + i] = 0 }
        }
        for i in outChannels * stride..<count { unsafe buffer[i] = 0 }
        return unsafe tfn_convolution_pack(primitive, buffer.baseAddress, target.floats)
      }
    }
    try check(status)
  }

  /// Row-major weights from this kernel's layout, for the results of `.backwardWeights`.
  package func unpack(_ packed: Tensor) throws(BackendError) -> [Double] {
    precondition(
      packed.storedCount >= packedCount && packed.precision == precision,
      "\(packed.shape) for packed weights of \(geometry.weightShape)")
    guard let primitive = unsafe primitive else {
      return Array(packed.values().prefix(packedCount))
    }
    let perChannel = geometry.weightCount / geometry.outChannels
    let stride = perChannel / (geometry.inChannels / geometry.groups) * storedInputsOfGroup
    var rows = [Float](repeating: 0, count: storedOutputs * stride)
    let status = unsafe rows.withUnsafeMutableBufferPointer { buffer in
      unsafe tfn_convolution_unpack(primitive, packed.floats, buffer.baseAddress)
    }
    try check(status)
    return (0..<geometry.outChannels).flatMap { o in
      rows[o * stride..<o * stride + perChannel].map(Double.init)
    }
  }

  private var storedInputsOfGroup: Int { storedInputs / geometry.groups }

  /// Runs the kernel.
  ///
  /// `.forward` writes `output`, `.backwardData` writes `input`, `.backwardWeights`
  /// writes `weights`; the other two are read.
  package func run(input: Tensor, weights: Tensor, output: Tensor, on engine: KernelEngine)
    throws(BackendError)
  {
    precondition(
      input.shape == geometry.inShape(batch: batch)
        && output.shape == geometry.outShape(batch: batch)
        && input.block == (isStaged ? 1 : inBlock)
        && output.block == outBlock && weights.storedCount >= packedCount
        && engine.precision == precision
        && input.precision == precision && output.precision == precision
        && weights.precision == precision,
      "\(input.shape) and \(output.shape) for a convolution of \(geometry)")
    if let unfolded {
      run(unfolded, input: input, weights: weights, output: output, on: engine)
    } else if let primitive = unsafe primitive {
      guard isStaged else {
        return try check(
          unsafe tfn_convolution_run(primitive, input.floats, weights.floats, output.floats))
      }
      let shape = geometry.inShape(batch: batch)
      let staging = engine.scratch(count: batch * Tensor.imageStride(shape, block: inBlock))
      let blocked = unsafe staging.pointer(Float.self, at: 0)
      try check(unsafe tfn_convolution_run(primitive, blocked, weights.floats, output.floats))
      unsafe tfn_unblock_f32(
        shape.batch, shape.channels, shape.area, inBlock, blocked, input.floats)
    }
  }
}

extension ConvolutionKernel {
  private func run(
    _ unfolded: UnfoldedConvolution, input: Tensor, weights: Tensor, output: Tensor,
    on engine: KernelEngine
  ) {
    if precision == .double {
      let work = engine.scratch(count: unfolded.workCount)
      return unsafe unfolded.run(
        direction, batch: batch, input: input.doubles, weights: weights.doubles,
        output: output.doubles, work: work.pointer(Double.self, at: 0))
    }
    // Blocks are unpacked before and packed again behind: copies are little beside products.
    let (inCount, outCount) = (input.shape.count, output.shape.count)
    let work = engine.scratch(count: unfolded.workCount + inCount + outCount)
    let x = unsafe input.block == 1 ? input.floats : work.pointer(Float.self, at: 0)
    let y = unsafe output.block == 1 ? output.floats : work.pointer(Float.self, at: inCount)
    if direction != .backwardData, input.block > 1 {
      unsafe tfn_unblock_f32(
        batch, input.shape.channels, input.shape.area, input.block, input.floats, x)
    }
    if direction != .forward, output.block > 1 {
      unsafe tfn_unblock_f32(
        batch, output.shape.channels, output.shape.area, output.block, output.floats, y)
    }
    unsafe unfolded.run(
      direction, batch: batch, input: x, weights: weights.floats, output: y,
      work: work.pointer(Float.self, at: inCount + outCount))
    if direction == .backwardData, input.block > 1 {
      unsafe tfn_block_f32(
        batch, input.shape.channels, input.shape.area, input.block, x, input.floats)
    }
    if direction == .forward, output.block > 1 {
      unsafe tfn_block_f32(
        batch, output.shape.channels, output.shape.area, output.block, y, output.floats)
    }
  }

  /// Puts row-major weights in double into the layout of this kernel, rounded where it is 32-bit.
  package func pack(_ weights: [Double], into target: Tensor) throws(BackendError) {
    precondition(
      weights.count == geometry.weightCount, "\(weights.count) for \(geometry.weightShape)")
    switch target.precision {
    case .float: try pack(weights.map(Float.init), into: target)
    // Double kernels read row-major weights.
    case .double: target.images(0..<1).write(weights)
    }
  }
}
