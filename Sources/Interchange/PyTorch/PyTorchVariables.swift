/// The Python variables that hold the values of nodes, each for as long as it is read.
///
/// A value takes the variable of an input that nobody reads afterwards, so that a chain is a series of
/// `x = ...`, and maps are freed when they are not needed any more.
package struct PyTorchVariables {
  /// The variable of each node.
  package let names: [String]

  /// Assigns variables.
  ///
  /// - Parameter inputs: the nodes that each node reads, in topological order; node 0 reads none. The
  ///   last node is read to the end.
  package init(inputs: [[Int]]) {
    var last = [Int](inputs.indices)
    for (node, read) in inputs.enumerated() { for input in read { last[input] = node } }
    if let output = inputs.indices.last { last[output] = .max }

    var taken: Set<Int> = []
    var places: [Int] = []
    for (node, read) in inputs.enumerated() {
      let ending = read.filter { last[$0] == node }.map { places[$0] }
      for place in ending { taken.remove(place) }
      let place = ending.min() ?? (0...taken.count).first { !taken.contains($0) } ?? taken.count
      // What nobody reads is computed for its parameters and not kept.
      if last[node] > node { taken.insert(place) }
      places.append(place)
    }
    names = places.map(Self.name)
  }

  private static func name(_ place: Int) -> String {
    let letters = ["x", "y", "z", "u", "v", "w"]
    return place < letters.count ? letters[place] : "x\(place)"
  }
}
