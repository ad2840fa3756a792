extension ProxyNeeds {
  /// A second minibatch, disjoint from the first one.
  public static let secondMinibatch = ProxyNeeds(rawValue: 16)
  /// More than one image in a minibatch, as with statistics over the images.
  public static let severalImages = ProxyNeeds(rawValue: 32)
}
