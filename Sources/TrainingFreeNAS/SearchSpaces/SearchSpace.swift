public import Networks

/// A set of architectures, each of which builds a network.
public protocol SearchSpace: Sendable {
  /// A point of the space: a small value whose text is its identity everywhere.
  associatedtype Architecture: Hashable, Sendable, LosslessStringConvertible

  /// The name of the space in records and on the command line.
  static var name: String { get }

  /// What the network depends on besides the architecture, for the settings of a record.
  var settings: [String: SettingValue] { get }

  /// The network of an architecture, without numbers.
  ///
  /// - Throws: `NetworkError` when the space's sizes leave no room for the network.
  func network(for architecture: Architecture) throws(NetworkError) -> Network
}

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

  /// The network of a cell.
  public func network(for architecture: NASBench201Architecture) throws(NetworkError) -> Network {
    try skeleton.network(of: architecture)
  }
}
