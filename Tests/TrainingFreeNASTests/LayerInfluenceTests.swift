import Testing

@testable import Networks
@testable import Scoring
@testable import Studies
@testable import Tensors

/// What layers have to do with the spectrum of a network.
@Suite struct LayerInfluenceTests {
  @Test(arguments: [1, 3])
  func theMatrixWithoutALayer(weightsPerTensor: Int) throws {
    let sample = try FisherSample(classes: 7)
    let information = try sample.fisher(
      .test(.exact, .calibrated, weightsPerTensor: weightsPerTensor))
    let layers = try information.layerInfluences(in: sample.network)
    let size = information.selection.count
    #expect(layers.count > 5 && layers.reduce(0) { $0 + $1.tensors.count } > layers.count)
    #expect(abs(layers.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(layers.flatMap { $0.tensors }.reduce(0) { $0 + $1.weights } == size)
    let whole = try information.spectrum().entropy
    for layer in layers {
      let names = Set(layer.tensors.map(\.name))
      #expect(names.allSatisfy { $0.hasPrefix(layer.name + ".") })
      let rest = (0..<size).filter {
        !names.contains(sample.network.parameters[information.selection[$0].parameter].name)
      }
      var matrix = Matrix(rows: rest.count, columns: rest.count)
      for (i, row) in rest.enumerated() {
        for (j, column) in rest.enumerated() { matrix[i, j] = information.matrix[row, column] }
      }
      let noise = FisherInformation.noise(of: try matrix.symmetricEigenvalues())
      let entropy = FisherSpectrum(
        eigenvalues: try matrix.symmetricEigenvalues().map { $0 > noise ? $0 : 0 }
      ).entropy
      #expect(abs(try #require(layer.change) - (entropy - whole)) < 1e-12)
      let own = (0..<size).filter { !rest.contains($0) }
      let trace = (0..<size).reduce(0) { $0 + information.matrix[$1, $1] }
      #expect(
        abs(layer.share - own.reduce(0) { $0 + information.matrix[$1, $1] } / trace) < 1e-12)
    }
  }

  /// Where all selected weights belong to one layer, nothing is left without it.
  @Test func aSingleLayer() throws {
    var settings = FisherSettings.test(.exact)
    settings.dimension = 1
    let sample = try FisherSample()
    let layers = try sample.fisher(settings).layerInfluences(in: sample.network)
    #expect(layers.count == 1 && layers[0].change == nil && layers[0].share == 1)
    let effects = LayerEffect.effects(of: [layers, layers])
    #expect(effects[0].change == nil && effects[0].deviation == nil && effects[0].share == 1)
  }

  @Test func meansOverInitialisations() {
    func layer(_ name: String, _ share: Double, _ change: Double?) -> LayerInfluence {
      LayerInfluence(
        name: name, tensors: [.init(name: name + ".weight", weights: 1, trace: 2 * share)],
        share: share, change: change)
    }
    let effects = LayerEffect.effects(of: [
      [layer("a", 0.25, -1), layer("b", 0.75, 1), layer("c", 0, nil)],
      [layer("a", 0.75, -3), layer("b", 0.25, 2), layer("c", 0, 1)],
    ])
    #expect(effects.map(\.name) == ["b", "a", "c"])
    #expect(effects.map(\.change) == [1.5, -2, nil])
    #expect(effects.map(\.share) == [0.5, 0.5, 0])
    #expect(effects[1].deviation == 2.squareRoot() && effects[2].deviation == nil)
    #expect(effects[0].tensors[0].trace == 1)
    #expect(LayerEffect.effects(of: []).isEmpty)
  }
}

/// Gains of changes and their noise.
@Suite struct ChangeEffectsTests {
  @Test func gainsAndPlaces() throws {
    let effects = ChangeEffects([[1, 3, 0, nil, 1], [2, 3, 1, 5, 2], [3, 6, 2, 5, 3]])
    #expect(effects.network.value == 2 && effects.network.gain == 0 && effects.deviation == 1)
    #expect(effects.changes.map(\.value) == [4, 1, nil, 2])
    #expect(effects.changes.map(\.gain) == [2, -1, nil, 0])
    // Equal values share a place; a change without a value has none.
    #expect(effects.network.position == 2)
    #expect(effects.changes.map(\.position) == [1, 4, nil, 2])
    #expect(effects.order == [0, 3, 1, 2])
    let error = try #require(effects.changes[0].error)
    #expect(abs(error - (1.0 / 3).squareRoot()) < 1e-15)
    #expect(effects.changes[1].error == 0)
    // Variances 1, 0 and 0 of three means of three.
    let noise = try #require(effects.noise)
    #expect(abs(noise - (1.0 / 3 / 3).squareRoot()) < 1e-15)
  }

  @Test func oneInitialisationHasNoNoise() {
    let effects = ChangeEffects([[1, 2]])
    #expect(effects.noise == nil && effects.deviation == nil && effects.changes[0].error == nil)
    #expect(effects.changes[0].gain == 1 && effects.changes[0].position == 1)
  }

  @Test func aNetworkWithoutAValue() {
    let effects = ChangeEffects([[nil, 2], [1, 4]])
    #expect(effects.network.value == nil && effects.network.position == nil)
    #expect(effects.changes[0].gain == nil && effects.changes[0].value == 3)
    #expect(effects.changes[0].position == 1 && effects.noise == nil)
  }
}
