import PlainTwins
import Tensors
import TestSupport
import Testing

/// One random convolution with its numbers.
private struct Example {
  let geometry: ConvolutionGeometry
  let batch: Int
  let x, w, dy: [Double]

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func pick(_ choices: [Int]) -> Int { choices.randomElement(using: &random) ?? 1 }
    let kernel = pick([1, 1, 2, 3, 3, 3, 5])
    let padding = Int.random(in: 0...kernel / 2 + 1, using: &random)
    let (inChannels, outChannels, groups): (Int, Int, Int)
    switch seed % 4 {
    case 0:  // Depthwise.
      let channels = pick([1, 3, 16, 20, 33])
      (inChannels, outChannels, groups) = (channels, channels, channels)
    case 1:  // Grouped, whole blocks or not.
      groups = pick([2, 3])
      (inChannels, outChannels) = (groups * pick([1, 4, 16]), groups * pick([2, 5, 16]))
    default:
      (inChannels, outChannels, groups) = (pick([1, 3, 7, 16, 18]), pick([1, 5, 16, 24]), 1)
    }
    let least = max(1, kernel - 2 * padding)
    if seed % 5 < 3 {
      geometry = ConvolutionGeometry(
        inChannels: inChannels, outChannels: outChannels,
        inHeight: least + Int.random(in: 0...6, using: &random),
        inWidth: least + Int.random(in: 0...6, using: &random), kernel: kernel,
        stride: pick([1, 1, 2, 3]), padding: padding, groups: groups)
    } else {
      // Oblong and dilated windows, with padding that differs at both ends.
      func side(_ kernel: Int) -> WindowSide {
        WindowSide(
          kernel: kernel, stride: pick([1, 1, 2]), dilation: pick([1, 1, 2, 3]),
          before: pick([0, 1, 3]), after: pick([0, 2]))
      }
      let (rows, columns) = (side(kernel), side(pick([1, 2, 3, 7])))
      func size(_ side: WindowSide) -> Int {
        max(1, side.extent - side.before - side.after) + pick([0, 1, 2, 5])
      }
      geometry = ConvolutionGeometry(
        inChannels: inChannels, outChannels: outChannels, inHeight: size(rows),
        inWidth: size(columns), rows: rows, columns: columns, groups: groups)
    }
    batch = Int.random(in: 1...3, using: &random)
    x = random.values(geometry.inShape(batch: batch).count)
    w = random.values(geometry.weightCount)
    dy = random.values(geometry.outShape(batch: batch).count)
  }

  var weights: [Float] { w.map(Float.init) }
  /// Products that one entry of any of the three results may be the sum of.
  var terms: Int {
    max(
      geometry.weightCount / geometry.outChannels,
      geometry.weightCount / geometry.inChannels,
      batch * geometry.outHeight * geometry.outWidth)
  }
}

/// What the three directions give in one layout.
private struct Results: Equatable {
  var y: [Double]
  var dx: [Double]
  var dw: [Double]
  var paddingIsZero: Bool
}

private func run(
  _ example: Example, _ layout: Layout, on engine: KernelEngine, scale: [Double]? = nil
) throws -> Results {
  let (g, batch) = (example.geometry, example.batch)
  let (inBlock, outBlock) = (layout.block(g.inChannels), layout.block(g.outChannels))
  func kernel(_ direction: ConvolutionDirection) throws -> (ConvolutionKernel, Tensor) {
    let kernel = try engine.convolution(
      g, direction, batch: batch, inBlock: inBlock, outBlock: outBlock)
    return (
      kernel, Tensor(TensorShape(channels: kernel.packedCount), precision: layout.precision)
    )
  }
  let x = layout.tensor(g.inShape(batch: batch), example.x)
  let dy = layout.tensor(g.outShape(batch: batch), example.dy)

  let (forward, w) = try kernel(.forward)
  let y = layout.target(g.outShape(batch: batch))
  try forward.pack(example.weights, scale: scale, into: w)
  try forward.run(input: x, weights: w, output: y, on: engine)

  let (backwardData, wBack) = try kernel(.backwardData)
  let dx = layout.target(g.inShape(batch: batch))
  try backwardData.pack(example.weights, scale: scale, into: wBack)
  try backwardData.run(input: dx, weights: wBack, output: dy, on: engine)

  let (backwardWeights, dw) = try kernel(.backwardWeights)
  try backwardWeights.run(input: x, weights: dw, output: dy, on: engine)
  return Results(
    y: y.values(), dx: dx.values(), dw: try backwardWeights.unpack(dw),
    paddingIsZero: y.paddingIsZero && dx.paddingIsZero)
}

@Suite("Convolution")
struct ConvolutionTests {
  /// Layouts that convolutions come in: a double convolution is not blocked.
  private func layouts(_ g: ConvolutionGeometry) throws -> [(Layout, KernelEngine)] {
    let floats = try KernelEngine(precision: .float)
    let doubles = try KernelEngine(precision: .double)
    return Layout.all.compactMap { layout in
      switch (layout.precision, layout.block) {
      case (.float, _): (layout, floats)
      case (.double, .fixed(1)): (layout, doubles)
      case (.double, _): nil
      }
    }
  }

  @Test("all directions agree with plain loops", arguments: 1...60 as ClosedRange<UInt64>)
  func plainLoops(seed: UInt64) throws {
    let example = Example(seed: seed)
    let (g, batch) = (example.geometry, example.batch)
    let (x, w, dy) = (example.x, example.w, example.dy)
    let (ax, aw, ady) = (magnitudes(x), magnitudes(w), magnitudes(dy))
    for (layout, engine) in try layouts(g) {
      let context = "seed \(seed), \(layout), \(g), batch \(batch)"
      let result = try run(example, layout, on: engine)
      expectClose(
        result.y, PlainLoops.convolution(g, batch: batch, x, w),
        magnitudes: PlainLoops.convolution(g, batch: batch, ax, aw), terms: example.terms,
        layout.precision, "forward, " + context)
      expectClose(
        result.dx, PlainLoops.convolutionBackwardData(g, batch: batch, w, dy),
        magnitudes: PlainLoops.convolutionBackwardData(g, batch: batch, aw, ady),
        terms: example.terms, layout.precision, "backward data, " + context)
      expectClose(
        result.dw, PlainLoops.convolutionBackwardWeights(g, batch: batch, x, dy),
        magnitudes: PlainLoops.convolutionBackwardWeights(g, batch: batch, ax, ady),
        terms: example.terms, layout.precision, "backward weights, " + context)
      #expect(result.paddingIsZero, "\(context)")
      // Again: the same bits, also from the scratch memory that is dirty by now.
      #expect(try run(example, layout, on: engine) == result, "\(context)")
    }
  }

  @Test("<A x, y> = <x, A^T y>, in x and in W", arguments: 101...112 as ClosedRange<UInt64>)
  func adjoint(seed: UInt64) throws {
    let example = Example(seed: seed)
    let (g, batch) = (example.geometry, example.batch)
    // How large the products can add up to, which scales the rounding of all three inner products.
    let scale = dot(
      PlainLoops.convolution(g, batch: batch, magnitudes(example.x), magnitudes(example.w)),
      magnitudes(example.dy))
    for (layout, engine) in try layouts(g) {
      let result = try run(example, layout, on: engine)
      let forward = dot(result.y, example.dy)
      let bound = 4 * Double(example.terms) * layout.precision.rounding * scale
      #expect(abs(forward - dot(example.x, result.dx)) <= bound, "seed \(seed), \(layout), \(g)")
      #expect(abs(forward - dot(example.w, result.dw)) <= bound, "seed \(seed), \(layout), \(g)")
    }
  }

  @Test("a side can have the padding that keeps an image's size but for the stride")
  func same() {
    for size in 1...9 {
      for kernel in 1...5 {
        for stride in 1...3 {
          for dilation in 1...2 {
            let sides = [false, true].map {
              WindowSide.same(
                kernel: kernel, stride: stride, dilation: dilation, size: size, isLower: $0)
            }
            for side in sides {
              #expect(side.output(size) == (size + stride - 1) / stride, "\(side) on \(size)")
              #expect(side.problem == nil && abs(side.after - side.before) <= 1)
              // One place less would be too few, unless there is none.
              var less = side
              if side.before + side.after > 0 {
                if side.before > 0 { less.before -= 1 } else { less.after -= 1 }
                #expect(less.output(size) < side.output(size), "\(side) on \(size)")
              }
            }
            #expect(sides[0].after >= sides[0].before && sides[1].before >= sides[1].after)
          }
        }
      }
    }
    // 224 places, 3 wide, every second one: none in front and one behind.
    #expect(
      WindowSide.same(kernel: 3, stride: 2, size: 224)
        == WindowSide(kernel: 3, stride: 2, before: 0, after: 1))
    #expect(
      WindowSide.same(kernel: 3, stride: 2, size: 224, isLower: true)
        == WindowSide(kernel: 3, stride: 2, before: 1, after: 0))
    #expect(WindowSide.same(kernel: 3, stride: 0, size: 4).problem != nil)
  }

  @Test("packing with a scale equals a factor for each output channel")
  func packedScale() throws {
    for seed in 201...208 as ClosedRange<UInt64> {
      let example = Example(seed: seed)
      let (g, batch) = (example.geometry, example.batch)
      var random = SeededGenerator(seed: seed)
      let scale = random.values(g.outChannels)
      let zeros = [Double](repeating: 0, count: g.outChannels)
      let shape = g.outShape(batch: batch)
      for (layout, engine) in try layouts(g) {
        let plain = try run(example, layout, on: engine)
        let scaled = try run(example, layout, on: engine, scale: scale)
        expectClose(
          scaled.y, PlainLoops.affine(shape, plain.y, scale: scale, shift: zeros),
          magnitudes: PlainLoops.affine(
            shape,
            PlainLoops.convolution(g, batch: batch, magnitudes(example.x), magnitudes(example.w)),
            scale: magnitudes(scale), shift: zeros),
          terms: 2 * example.terms, layout.precision, "seed \(seed), \(layout), \(g)")
        #expect(scaled.dx != plain.dx)
      }
    }
  }

  @Test("a first layer may read plain images and write blocks")
  func mixedBlocks() throws {
    var random = SeededGenerator(seed: 31)
    let g = ConvolutionGeometry(
      inChannels: 3, outChannels: 16, inHeight: 9, inWidth: 7, kernel: 3, padding: 1)
    let engine = try KernelEngine(precision: .float)
    let block = engine.block(channels: 16)
    let kernel = try engine.convolution(g, .forward, batch: 2, inBlock: 1, outBlock: block)
    let x = Tensor(g.inShape(batch: 2), precision: .float)
    let y = Tensor(g.outShape(batch: 2), precision: .float, block: block)
    let w = Tensor(TensorShape(channels: kernel.packedCount), precision: .float)
    let (values, weights) = (random.values(x.shape.count), random.values(g.weightCount))
    x.write(values)
    try kernel.pack(weights.map(Float.init), into: w)
    try kernel.run(input: x, weights: w, output: y, on: engine)
    expectClose(
      y.values(), PlainLoops.convolution(g, batch: 2, values, weights),
      magnitudes: PlainLoops.convolution(g, batch: 2, magnitudes(values), magnitudes(weights)),
      terms: 27, .float, "seed 31")
  }

  @Test("a kernel is made once for each shape")
  func cache() throws {
    let g = ConvolutionGeometry(
      inChannels: 4, outChannels: 4, inHeight: 4, inWidth: 4, kernel: 3, padding: 1)
    for precision in Precision.allCases {
      let engine = try KernelEngine(precision: precision)
      let block = engine.block(channels: 4)
      func kernel(_ batch: Int) throws -> ConvolutionKernel {
        try engine.convolution(g, .forward, batch: batch, inBlock: block, outBlock: block)
      }
      let first = try kernel(1)
      #expect(try kernel(1) === first)
      #expect(try kernel(2) !== first)
      #expect(!first.implementation.isEmpty)
    }
  }

  @Test("a layout that oneDNN does not know is an error that names the call")
  func unknownLayout() throws {
    let g = ConvolutionGeometry(
      inChannels: 4, outChannels: 4, inHeight: 4, inWidth: 4, kernel: 3, padding: 1)
    let engine = try KernelEngine(precision: .float)
    let error = #expect(throws: BackendError.self) {
      try engine.convolution(g, .forward, batch: 1, inBlock: 3, outBlock: 1)
    }
    #expect(error?.call.hasPrefix("dnnl_") == true)
    #expect(error?.status != 0)
    #expect(error?.description.contains("failed with status") == true)
  }
}
