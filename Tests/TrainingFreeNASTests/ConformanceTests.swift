import Scoring
import Studies
import Tensors
import Testing

/// Values of the public reference implementations on portable weights and inputs.
@Suite struct ConformanceTests {
  private func check(_ published: PublishedCase) throws {
    let result = try conformance(
      published.configuration, threads: 2, names: published.names)
    let values = Dictionary(uniqueKeysWithValues: result.values.map { ($0.name, $0.value) })
    for (name, expected) in published.values {
      let value = try #require(values[name], "\(published.label) \(name)")
      #expect(
        abs(value - expected) <= published.tolerance(for: name),
        "\(published.label) \(name): \(value), published \(expected)")
    }
    #expect(Set(result.undefined.map(\.name)) == published.undefined)
  }

  @Test func everyProxyHasAValueOrAReason() throws {
    let published = try #require(PublishedCase.all.first { $0.label == "F" })
    let result = try conformance(published.configuration, threads: 1)
    let names = result.values.map(\.name) + result.undefined.map(\.name)
    #expect(Set(names).count == names.count)
    for proxy in AllProxies.list where !proxy.needs.isEmpty && !proxy.name.hasPrefix("vkdnw") {
      #expect(names.contains(proxy.name))
    }
    #expect(published.names.isSubset(of: names))
  }

  @Test(arguments: PublishedCase.all.filter { $0.configuration.width == 4 }.map(\.label))
  func smallInDouble(label: String) throws {
    try check(try #require(PublishedCase.all.first { $0.label == label }))
  }

  @Test(arguments: PublishedCase.all.filter { $0.configuration.batch < 64 }.map(\.label))
  func allInFloat(label: String) throws {
    try check(
      try #require(PublishedCase.all.first { $0.label == label }).with(precision: .float))
  }
}
