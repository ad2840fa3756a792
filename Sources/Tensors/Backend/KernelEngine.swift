internal import COneDNN

/// One worker's door to the kernels: it owns the library handles and the primitives made so far.
///
/// An engine belongs to one thread at a time and is deliberately not `Sendable`. Primitives are made
/// once for each shape and kept.
@safe
package final class KernelEngine {
  /// The element type that the engine computes in.
  package let precision: Precision
  private let layout: Layout
  private var convolutions: [ConvolutionKey: ConvolutionKernel] = [:]
  /// Only a float engine has a handle; the double kernels are stateless.
  private let handle: OpaquePointer?
  /// Scratch memory of kernels that need some; grows to the largest need.
  private var scratch = Storage(byteCount: 0)

  private enum Layout {
    case blocked(Int)
    case channelsLast
  }

  private struct ConvolutionKey: Hashable {
    var geometry: ConvolutionGeometry
    var direction: ConvolutionDirection
    var batch: Int
    var inBlock: Int
    var outBlock: Int
    var isFiltering: Bool
  }

  /// Creates an engine on the calling thread.
  package init(precision: Precision) throws(BackendError) {
    self.precision = precision
    tfn_single_thread()
    guard precision == .float else {
      unsafe handle = nil
      layout = .blocked(1)
      return
    }
    var created: OpaquePointer?
    try check(unsafe tfn_engine_create(&created))
    guard let engine = unsafe created else {
      throw BackendError(call: "dnnl_engine_create", status: -1)
    }
    var block: Int64 = 1
    let status = unsafe tfn_preferred_block(engine, 64, &block)
    guard status == 0 else {
      unsafe tfn_engine_destroy(engine)
      throw BackendError(call: lastCall(), status: Int(status))
    }
    unsafe handle = engine
    layout = block == 64 ? .channelsLast : .blocked(Int(block))
  }

  deinit {
    convolutions.removeAll()
    if let handle = unsafe handle { unsafe tfn_engine_destroy(handle) }
  }

  /// Lets the calling thread use this engine: the libraries below start no threads of their own.
  package func adopt() { tfn_single_thread() }

  /// Channels that lie side by side in the feature maps of this engine.
  package func block(channels: Int) -> Int {
    switch layout {
    case .blocked(let block): block
    case .channelsLast: channels
    }
  }

  /// The kernel of a convolution, made on first use.
  ///
  /// - Parameters:
  ///   - geometry: the sizes.
  ///   - direction: which of the three maps.
  ///   - batch: images.
  ///   - inBlock: channels of the input that lie side by side.
  ///   - outBlock: channels of the output that lie side by side.
  ///   - isFiltering: whether minimal filtering (Winograd's F(4x4, 3x3); Lavin and Gray, CVPR 2016)
  ///     may replace sums of products where the library has it: one and a half to two times as fast,
  ///     and a rounding error about ten times as large.
  /// - Returns: the kernel.
  /// - Throws: `BackendError` when the library refuses.
  package func convolution(
    _ geometry: ConvolutionGeometry, _ direction: ConvolutionDirection, batch: Int, inBlock: Int,
    outBlock: Int, isFiltering: Bool = false
  ) throws(BackendError) -> ConvolutionKernel {
    let key = ConvolutionKey(
      geometry: geometry, direction: direction, batch: batch, inBlock: inBlock, outBlock: outBlock,
      isFiltering: isFiltering)
    if let known = convolutions[key] { return known }
    let canFilter =
      isFiltering && precision == .float && geometry.rows == geometry.columns
      && geometry.rows.kernel == 3 && geometry.rows.stride == 1 && geometry.rows.dilation == 1
      && geometry.rows.before == geometry.rows.after && geometry.groups == 1 && inBlock == outBlock
      && inBlock > 1
      // Lanes without a channel must stay zero, not nearly zero.
      && geometry.inChannels % inBlock == 0 && geometry.outChannels % outBlock == 0
    // Where the library has no such kernel, the sums of products below do the same.
    if canFilter,
      let made = try? unsafe ConvolutionKernel(
        handle: handle, geometry: geometry, direction: direction, batch: batch,
        inBlock: inBlock, outBlock: outBlock, isWinograd: true)
    {
      convolutions[key] = made
      return made
    }
    // oneDNN has no fast kernel that writes cotangents of plain images, so they are written in
    // blocks and copied.
    let isStaged = precision == .float && direction == .backwardData && inBlock == 1
    var made = try unsafe ConvolutionKernel(
      handle: handle, geometry: geometry, direction: direction, batch: batch,
      inBlock: isStaged ? block(channels: geometry.inChannels) : inBlock, outBlock: outBlock,
      isStaged: isStaged)
    if isStaged, made.isUnfolded {
      // Matrix products read and write plain images themselves.
      made = try unsafe ConvolutionKernel(
        handle: handle, geometry: geometry, direction: direction, batch: batch, inBlock: inBlock,
        outBlock: outBlock)
    }
    convolutions[key] = made
    return made
  }

  /// Memory for `count` elements that no other kernel of this engine uses at the same time.
  func scratch(count: Int) -> Storage {
    if scratch.byteCount < count * precision.stride {
      scratch = Storage(byteCount: count * precision.stride)
    }
    return scratch
  }
}

/// Throws oneDNN's answer unless it is success.
func check(_ status: Int32) throws(BackendError) {
  guard status == 0 else { throw BackendError(call: lastCall(), status: Int(status)) }
}

func lastCall() -> String { unsafe String(cString: tfn_last_call()) }

/// A call into a numerical library that failed.
public struct BackendError: Error, Hashable, CustomStringConvertible {
  /// The library's function.
  public var call: String
  /// What the library answered.
  public var status: Int
  /// What was wrong with the input, where that is known and the library was not asked.
  public var reason: String?

  package init(call: String, status: Int, reason: String? = nil) {
    self.call = call
    self.status = status
    self.reason = reason
  }

  /// One line that names the call and its status, or the input that it cannot have.
  public var description: String {
    guard let reason else { return "\(call) failed with status \(status)" }
    return "\(call) was not called: \(reason)"
  }
}
