internal import Foundation
package import Networks
internal import Operators
package import Tensors

/// Functions of the C library.
package enum Reference {
  package static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  package static func log(_ x: Double) -> Double { Foundation.log(x) }
}

/// An array of any rank that is computed index by index: what operators are compared with.
package struct PlainArray {
  package var shape: [Int]
  package var values: [Double]

  /// An array of what a function gives for each index.
  package init(_ shape: [Int], _ value: ([Int]) -> Double) {
    self.shape = shape
    values = []
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<shape.reduce(1, *) {
      values.append(value(index))
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
  }

  package init(_ shape: Shape, values: [Double]) {
    self.shape = shape.extents
    self.values = values
  }

  package subscript(_ index: [Int]) -> Double {
    var place = 0
    for (axis, i) in index.enumerated() { place = place * shape[axis] + i }
    return values[place]
  }

  /// The element for an index of a shape that this array is spread over.
  package func spread(_ index: [Int]) -> Double {
    let own = index.suffix(shape.count)
    return self[zip(own, shape).map { $1 == 1 ? 0 : $0 }]
  }
}

/// What an operator should give for one image, by loops over indices; `nil` for those that have no twin here.
package func plainValue(
  _ op: any Operator, _ inputs: [PlainArray], output: Shape, parameters: [[Float]]
)
  -> PlainArray?
{
  let shape = output.extents
  let x = inputs.first ?? PlainArray([]) { _ in 0 }
  switch op {
  case let op as any PointwiseOperator: return PlainArray(shape) { op.value(x[$0]) }
  case is ReLU: return PlainArray(shape) { max(x[$0], 0) }
  case let op as Affine: return PlainArray(shape) { op.factor * x[$0] + op.offset }
  case is Negation: return PlainArray(shape) { -x[$0] }
  case is Zero: return PlainArray(shape) { _ in 0 }
  case is ParametricReLU:
    let slopes = parameters[0].map(Double.init)
    return PlainArray(shape) { x[$0] > 0 ? x[$0] : slopes[slopes.count == 1 ? 0 : $0[0]] * x[$0] }
  case let op as any BinaryOperator:
    return PlainArray(shape) { op.value(x.spread($0), inputs[1].spread($0)) }
  case is Add: return PlainArray(shape) { x.spread($0) + inputs[1].spread($0) }
  case is Subtract: return PlainArray(shape) { x.spread($0) - inputs[1].spread($0) }
  case is Multiply: return PlainArray(shape) { x.spread($0) * inputs[1].spread($0) }
  case is Sum: return PlainArray(shape) { index in inputs.reduce(0) { $0 + $1[index] } }
  case let op as Constant: return PlainArray(output, values: op.values.map(Double.init))
  case is Parameter: return PlainArray(output, values: parameters[0].map(Double.init))
  default:
    return plainRearrangement(op, inputs, shape) ?? plainReduction(op, x, shape)
      ?? plainNormalization(op, x, shape, parameters) ?? plainProduct(op, inputs, shape)
      ?? plainLayer(op, x, shape, parameters)
  }
}

private func plainRearrangement(_ op: any Operator, _ inputs: [PlainArray], _ shape: [Int])
  -> PlainArray?
{
  let x = inputs.first ?? PlainArray([]) { _ in 0 }
  func axis(_ axis: Int) -> Int { axis < 0 ? axis + x.shape.count : axis }
  switch op {
  case is Reshape, is Flatten, is Squeeze, is Unsqueeze:
    return PlainArray(Shape(shape), values: x.values)
  case let op as Transpose:
    return PlainArray(shape) { index in
      var source = index
      for (axis, from) in op.permutation.enumerated() { source[from] = index[axis] }
      return x[source]
    }
  case let op as Slice:
    return PlainArray(shape) { index in
      var source = index
      source[axis(op.axis)] = op.start + index[axis(op.axis)] * op.step
      return x[source]
    }
  case let op as Gather:
    return PlainArray(shape) { index in
      var source = index
      let place = op.indices[index[axis(op.axis)]]
      source[axis(op.axis)] = place < 0 ? place + x.shape[axis(op.axis)] : place
      return x[source]
    }
  case let op as Pad:
    return PlainArray(shape) { index in
      var source = zip(index, op.before).map { $0 - $1 }
      for axis in source.indices where !(0..<x.shape[axis]).contains(source[axis]) {
        switch op.mode {
        case .constant(let number): return Double(number)
        case .edge: source[axis] = source[axis] < 0 ? 0 : x.shape[axis] - 1
        case .reflect:
          source[axis] =
            source[axis] < 0 ? -source[axis] : 2 * (x.shape[axis] - 1) - source[axis]
        }
      }
      return x[source]
    }
  case is Expand: return PlainArray(shape) { x.spread($0) }
  case is Tile: return PlainArray(shape) { x[zip($0, x.shape).map { $0 % $1 }] }
  case let op as Concatenate:
    return PlainArray(shape) { index in
      var source = index
      for input in inputs {
        if source[axis(op.axis)] < input.shape[axis(op.axis)] { return input[source] }
        source[axis(op.axis)] -= input.shape[axis(op.axis)]
      }
      return .nan
    }
  case let op as Roll:
    return PlainArray(shape) { index in
      var source = index
      for (place, shift) in zip(op.axes.map(axis), op.shifts) {
        source[place] = (index[place] - shift % shape[place] + shape[place]) % shape[place]
      }
      return x[source]
    }
  case let op as DepthToSpace:
    return PlainArray(shape) { i in
      x[[channel(op.order, op.block, i, shape[0]), i[1] / op.block, i[2] / op.block]]
    }
  case let op as SpaceToDepth:
    return PlainArray(shape) { index in
      // The only place of the wide maps whose channel is this one.
      let (b, channels) = (op.block, x.shape[0])
      for c in 0..<channels {
        for i in 0..<b {
          for j in 0..<b {
            let wide = [c, index[1] * b + i, index[2] * b + j]
            if channel(op.order, b, wide, channels) == index[0] { return x[wide] }
          }
        }
      }
      return .nan
    }
  case let op as NearestResize:
    return PlainArray(shape) { index in
      func source(_ axis: Int) -> Int {
        let place = place(op.alignment, index[axis], of: shape[axis], on: x.shape[axis])
        let rounded =
          switch op.rounding {
          case .down: place.rounded(.down)
          case .up: place.rounded(.up)
          case .halfUp: (place + 0.5).rounded(.down)
          case .halfDown: (place - 0.5).rounded(.up)
          }
        return min(max(Int(rounded), 0), x.shape[axis] - 1)
      }
      return x[[index[0], source(1), source(2)]]
    }
  case let op as BilinearResize:
    return PlainArray(shape) { index in
      var sum = 0.0
      for row in 0..<x.shape[1] {
        for column in 0..<x.shape[2] {
          func weight(_ axis: Int, _ i: Int) -> Double {
            let place = place(op.alignment, index[axis], of: shape[axis], on: x.shape[axis])
            let inside = min(max(place, 0), Double(x.shape[axis] - 1))
            return max(0, 1 - abs(inside - Double(i)))
          }
          sum += weight(1, row) * weight(2, column) * x[[index[0], row, column]]
        }
      }
      return sum
    }
  default: return nil
  }
}

/// The deep channel that stands for a place of wide maps.
private func channel(_ order: DepthToSpace.Order, _ b: Int, _ wide: [Int], _ channels: Int) -> Int {
  let (c, i, j) = (wide[0], wide[1] % b, wide[2] % b)
  return order == .depthFirst ? (c * b + i) * b + j : (i * b + j) * channels + c
}

private func place(_ alignment: ResizeAlignment, _ o: Int, of out: Int, on size: Int) -> Double {
  let ratio = Double(size) / Double(out)
  return switch alignment {
  case .halfPixel: (Double(o) + 0.5) * ratio - 0.5
  case .first: Double(o) * ratio
  case .corners: out == 1 ? 0 : Double(o * (size - 1)) / Double(out - 1)
  }
}

/// The elements of an array whose indices are those of `index` but along some axes.
private func row(_ x: PlainArray, _ axes: [Int], _ index: [Int]) -> [Double] {
  PlainArray(axes.map { x.shape[$0] }) { inner in
    var source = index
    for (axis, i) in zip(axes, inner) { source[axis] = i }
    return x[source]
  }.values
}

private func plainReduction(_ op: any Operator, _ x: PlainArray, _ shape: [Int]) -> PlainArray? {
  func reduced(_ axes: [Int], _ keeps: Bool, _ value: ([Double]) -> Double) -> PlainArray {
    let places = axes.map { $0 < 0 ? $0 + x.shape.count : $0 }.sorted()
    return PlainArray(shape) { index in
      var rest = index[...]
      let full = x.shape.indices.map { axis -> Int in
        if places.contains(axis) {
          if keeps { rest.removeFirst() }
          return 0
        }
        return rest.removeFirst()
      }
      return value(row(x, places, full))
    }
  }
  func rows(_ axis: Int, _ value: ([Double], Double) -> Double) -> PlainArray {
    let place = axis < 0 ? axis + shape.count : axis
    return PlainArray(shape) { value(row(x, [place], $0), x[$0]) }
  }
  func logarithm(_ row: [Double]) -> Double {
    let top = row.max() ?? 0
    return top + Reference.log(row.reduce(0) { $0 + Reference.exp($1 - top) })
  }
  switch op {
  case let op as ReduceSum: return reduced(op.axes, op.keepsAxes) { $0.reduce(0, +) }
  case let op as ReduceMean:
    return reduced(op.axes, op.keepsAxes) { $0.reduce(0, +) / Double($0.count) }
  case let op as ReduceMaximum: return reduced(op.axes, op.keepsAxes) { $0.max() ?? .nan }
  case let op as ReduceMinimum: return reduced(op.axes, op.keepsAxes) { $0.min() ?? .nan }
  case let op as ReduceL1: return reduced(op.axes, op.keepsAxes) { $0.reduce(0) { $0 + abs($1) } }
  case let op as ReduceL2:
    return reduced(op.axes, op.keepsAxes) { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  case let op as ReduceLogSumExp: return reduced(op.axes, op.keepsAxes, logarithm)
  case let op as Softmax: return rows(op.axis) { Reference.exp($1 - logarithm($0)) }
  case let op as LogSoftmax: return rows(op.axis) { $1 - logarithm($0) }
  case let op as GlobalAveragePool:
    return reduced([1, 2], op.keepsPlaces) { $0.reduce(0, +) / Double($0.count) }
  case is GlobalMaxPool: return reduced([1, 2], true) { $0.max() ?? .nan }
  default: return nil
  }
}

private func plainNormalization(
  _ op: any Operator, _ x: PlainArray, _ shape: [Int], _ parameters: [[Float]]
) -> PlainArray? {
  /// The value at an index among the elements that are normalised with it.
  func normalized(_ row: [Double], _ value: Double, _ epsilon: Double, centres: Bool = true)
    -> Double
  {
    let n = Double(row.count)
    let mean = centres ? row.reduce(0, +) / n : 0
    let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return (value - mean) / (variance + epsilon).squareRoot()
  }
  func scaled(_ value: Double, _ place: Int) -> Double {
    value * (parameters.first.map { Double($0[place]) } ?? 1)
      + (parameters.count > 1 ? Double(parameters[1][place]) : 0)
  }
  func last(_ count: Int, _ epsilon: Double, centres: Bool) -> PlainArray {
    let axes = Array(shape.indices.suffix(count))
    return PlainArray(shape) { index in
      let place = axes.reduce(0) { $0 * shape[$1] + index[$1] }
      return scaled(normalized(row(x, axes, index), x[index], epsilon, centres: centres), place)
    }
  }
  func groups(_ groups: Int, _ epsilon: Double) -> PlainArray {
    let size = shape[0] / groups
    let others = Array(shape.indices.dropFirst())
    return PlainArray(shape) { index in
      let first = index[0] / size * size
      let elements = (first..<first + size).flatMap { row(x, others, [$0] + index.dropFirst()) }
      return scaled(normalized(elements, x[index], epsilon), index[0])
    }
  }
  switch op {
  case let op as LayerNormalization: return last(op.shape.count, op.epsilon, centres: true)
  case let op as RMSNormalization: return last(op.shape.count, op.epsilon, centres: false)
  case let op as GroupNormalization: return groups(op.groups, op.epsilon)
  case let op as InstanceNormalization: return groups(op.channels, op.epsilon)
  case let op as ChannelLayerNormalization:
    return PlainArray(shape) {
      scaled(normalized(row(x, [0], $0), x[$0], op.epsilon), $0[0])
    }
  case let op as BatchNormalization:
    // Running mean 0 and variance 1.
    return PlainArray(shape) { scaled(x[$0] / (1 + op.epsilon).squareRoot(), $0[0]) }
  case let op as LocalResponseNormalization:
    return PlainArray(shape) { index in
      let first = index[0] - op.size / 2
      var sum = 0.0
      for channel in first..<first + op.size where (0..<shape[0]).contains(channel) {
        let value = x[[channel] + index.dropFirst()]
        sum += value * value
      }
      let base = op.k + op.alpha / Double(op.size) * sum
      return x[index] * Reference.exp(-op.beta * Reference.log(base))
    }
  default: return nil
  }
}

private func plainProduct(_ op: any Operator, _ inputs: [PlainArray], _ shape: [Int])
  -> PlainArray?
{
  switch op {
  case let op as MatMul:
    let (a, b) = (inputs[0], inputs[1])
    let inner = a.shape[a.shape.count - (op.transposesFirst ? 2 : 1)]
    return PlainArray(shape) { index in
      let (outer, i, j) = (index.dropLast(2), index[shape.count - 2], index[shape.count - 1])
      return (0..<inner).reduce(0) { sum, k in
        sum + matrix(a, outer, op.transposesFirst ? [k, i] : [i, k])
          * matrix(b, outer, op.transposesSecond ? [j, k] : [k, j])
      }
    }
  case let op as ScaledDotProductAttention:
    let (q, k, v) = (inputs[0], inputs[1], inputs[2])
    let (width, others) = (q.shape[q.shape.count - 1], k.shape[k.shape.count - 2])
    let scale = op.scale ?? 1 / Double(width).squareRoot()
    return PlainArray(shape) { index in
      let (outer, i, j) = (index.dropLast(2), index[shape.count - 2], index[shape.count - 1])
      let scores = (0..<others).map { s in
        (0..<width).reduce(0.0) {
          $0 + scale * matrix(q, outer, [i, $1]) * matrix(k, outer, [s, $1])
        } + (op.hasBias ? inputs[3].spread(outer + [i, s]) : 0)
      }
      let powers = scores.map { Reference.exp($0 - (scores.max() ?? 0)) }
      return (0..<others).reduce(0) { $0 + powers[$1] * matrix(v, outer, [$1, j]) }
        / powers.reduce(0, +)
    }
  default: return nil
  }
}

/// An element of a matrix among those in the last two axes.
private func matrix(_ x: PlainArray, _ outer: ArraySlice<Int>, _ place: [Int]) -> Double {
  let own = Array(outer.suffix(x.shape.count - 2))
  return x[zip(own, x.shape).map { $1 == 1 ? 0 : $0 } + place]
}

private func plainLayer(
  _ op: any Operator, _ x: PlainArray, _ shape: [Int], _ parameters: [[Float]]
) -> PlainArray? {
  switch op {
  case let op as Linear:
    return PlainArray(shape) { index in
      let (row, o) = (Array(index.dropLast()), index[index.count - 1])
      return (0..<op.inFeatures).reduce(op.hasBias ? Double(parameters[1][o]) : 0) {
        $0 + Double(parameters[0][o * op.inFeatures + $1]) * x[row + [$1]]
      }
    }
  case let op as FixedConvolution:
    return plainLayer(op.convolution, x, shape, [op.weights])
  case is ConvolutionBias: return PlainArray(shape) { x[$0] + Double(parameters[0][$0[0]]) }
  case let op as Convolution:
    let (ofInputs, ofOutputs) = (op.inChannels / op.groups, op.outChannels / op.groups)
    let w = PlainArray(
      [op.outChannels, ofInputs, op.rows.kernel, op.columns.kernel], parameters[0])
    return PlainArray(shape) { index in
      var sum = 0.0
      for i in 0..<ofInputs {
        for a in 0..<op.rows.kernel {
          for b in 0..<op.columns.kernel {
            let row = op.rows.stride * index[1] + op.rows.dilation * a - op.rows.before
            let column =
              op.columns.stride * index[2] + op.columns.dilation * b - op.columns.before
            guard (0..<x.shape[1]).contains(row), (0..<x.shape[2]).contains(column) else {
              continue
            }
            sum += w[[index[0], i, a, b]] * x[[index[0] / ofOutputs * ofInputs + i, row, column]]
          }
        }
      }
      return sum
    }
  case let op as TransposedConvolution:
    let (ofInputs, ofOutputs) = (op.inChannels / op.groups, op.outChannels / op.groups)
    let w = PlainArray(
      [op.inChannels, ofOutputs, op.rows.kernel, op.columns.kernel], parameters[0])
    return PlainArray(shape) { index in
      var sum = 0.0
      for i in 0..<op.inChannels where i / ofInputs == index[0] / ofOutputs {
        for u in 0..<x.shape[1] {
          for v in 0..<x.shape[2] {
            for a in 0..<op.rows.kernel {
              for b in 0..<op.columns.kernel
              where op.rows.stride * u + op.rows.dilation * a - op.rows.before == index[1]
                && op.columns.stride * v + op.columns.dilation * b - op.columns.before == index[2]
              {
                sum += w[[i, index[0] % ofOutputs, a, b]] * x[[i, u, v]]
              }
            }
          }
        }
      }
      return sum
    }
  case let op as AveragePool:
    return window(x, shape, op.geometry) { places, values, counted in
      values.reduce(0, +) / Double(op.geometry.countsPadding ? counted : values.count)
    }
  case let op as MaxPool:
    return window(x, shape, op.geometry) { _, values, _ in values.max() ?? .nan }
  default: return nil
  }
}

extension PlainArray {
  fileprivate init(_ shape: [Int], _ values: [Float]) {
    self.init(Shape(shape), values: values.map(Double.init))
  }
}

/// A function of the elements in each window: how many places it has, the elements inside, and the places inside
/// or in the padding.
private func window(
  _ x: PlainArray, _ shape: [Int], _ geometry: PoolingGeometry,
  _ value: (Int, [Double], Int) -> Double
) -> PlainArray {
  let (rows, columns) = (geometry.rows, geometry.columns)
  return PlainArray(shape) { index in
    var elements: [Double] = []
    var counted = 0
    for a in 0..<rows.kernel {
      for b in 0..<columns.kernel {
        let row = rows.stride * index[1] + rows.dilation * a - rows.before
        let column = columns.stride * index[2] + columns.dilation * b - columns.before
        if row < x.shape[1] + rows.after, column < x.shape[2] + columns.after { counted += 1 }
        guard (0..<x.shape[1]).contains(row), (0..<x.shape[2]).contains(column) else { continue }
        elements.append(x[[index[0], row, column]])
      }
    }
    return value(rows.kernel * columns.kernel, elements, counted)
  }
}
