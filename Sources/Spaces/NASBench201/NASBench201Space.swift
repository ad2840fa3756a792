public import Formats
public import Networks
public import Scoring

/// NAS-Bench-201 with a skeleton: 15,625 cells (Dong and Yang, ICLR 2020).
public struct NASBench201Space: SearchSpace {
  /// `nas-bench-201`.
  public static let name = "nas-bench-201"
  /// Everything of the networks but the cell.
  public var skeleton: NASBench201Skeleton

  /// Creates the space of networks with a skeleton.
  public init(skeleton: NASBench201Skeleton = NASBench201Skeleton()) {
    self.skeleton = skeleton
  }

  /// The sizes of the skeleton.
  public var settings: [String: SettingValue] {
    [
      "width": .integer(skeleton.channels), "cells": .integer(skeleton.cells),
      "classes": .integer(skeleton.classes), "resolution": .integer(skeleton.resolution),
    ]
  }

  /// Ten classes and 32x32 pixels, as in CIFAR-10.
  public static let sizes = SpaceSizes(classes: 10, resolution: 32)

  /// The network of a cell.
  public func network(for architecture: NASBench201Architecture) throws(NetworkError) -> Network {
    try skeleton.network(of: architecture)
  }
}
