internal import Figures
internal import Formats
internal import Reports
internal import Scoring
internal import Spaces
internal import Watching

/// Networks of a store as `tfnas watch` shows them.
extension NetworkDrawing {
  /// What draws networks of the spaces of this package, and of one more.
  ///
  /// - Parameter own: the space of a file, where one is named.
  /// - Returns: what draws them, each in the sizes of its record.
  static func drawer(besides own: (any ListedSpace)?) -> NetworkDrawer {
    { network in
      do { return .success(try svg(of: network, besides: own)) } catch {
        return .failure(NotDrawn(CommandError(error).message))
      }
    }
  }

  private static func svg(
    of network: WatchedNetwork, besides own: (any ListedSpace)?
  ) throws -> String {
    if network.space == GivenNetworks.name {
      throw CommandError(
        .missingInput,
        "records of ONNX files name no file: tfnas figure network MODEL.onnx draws one")
    }
    guard
      let space = AllSpaces.named(network.space)
        ?? own.flatMap({
          $0.name == network.space ? $0 : nil
        })
    else {
      throw CommandError(
        .missingInput,
        own.map { "the space is '\(network.space)', and the file of --space is '\($0.name)'" }
          ?? "the space '\(network.space)' is not known here: --space FILE.yaml names its file")
    }
    guard let settings = RecordSettings.parsed(network.settings) else {
      throw CommandError(.badData, "the settings of its score are no flat JSON object")
    }
    return try svg(of: network.architecture, settings: settings, in: space)
  }

  private static func svg<Space: ListedSpace>(
    of text: String, settings: [String: SettingValue], in space: Space
  ) throws -> String {
    // A store may come from anywhere, and these are the sizes that options may ask for.
    let limits = [
      "width": 4096, "cells": 1000, "classes": 100_000, "resolution": space.maximumResolution,
      "maximumDistance": 4096,
    ]
    for (name, limit) in limits.sorted(by: { $0.key < $1.key }) {
      if case .integer(let size)? = settings[name], !(1...limit).contains(size) {
        throw CommandError(.badData, "'\(name)' of its score is \(size), and not 1 to \(limit)")
      }
    }
    let sized = space.configured(by: settings)
    let architecture = try sized.architecture(parsing: text)
    let figure = try drawn(figure(of: architecture, in: sized))
    let size = Figure.size(of: try sized.network(for: architecture))
    // One below the other: a page is more often narrow than wide.
    return Scene.grid(figure.panels, columns: 1, title: "\(figure.title): \(size)").svg
  }
}
