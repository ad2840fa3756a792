/// Every proxy that can be asked for by name.
public enum AllProxies {
  /// The proxies, in the order in which they are listed and computed: those that read one point of the
  /// network stand together, so that it is computed once.
  public static let list: [any Proxy] =
    [VKDNW(), VKDNWSingle()] + VKDNWDecile.all + [
      VKDNWImages(),
      Layers(),
      FLOPs(),
      ParameterCount(),
      NSC(),
      NSC(countsDeadLayers: false),
      // Noise.
      Expressivity(),
      Progressivity(),
      Trainability(),
      NASWOT(),
      LinearRegions(),
      SWAP(),
      SWAPRegularized(),
      GradNorm(),
      InTrain(),
      InTrainCapacity(),
      // Images.
      Jacov(),
      GraSP(),
      SNIP(),
      NTK(),
      NTKReleased(),
      GradNormLayers(),
      ZiCo(),
      // Noise, then images, with PyTorch's weights.
      NEAR(),
      NEAR(rule: .activations),
      WRCor(),
      WRCor(form: .plain),
      WRCor(form: .released),
      LSWAG(),
      // One image of noise with PyTorch's weights.
      MeCo(),
      MeCo(countsModules: true),
      MeCoOpt(),
      MeCoOpt(countsModules: true),
      Dextr(),
      Dextr(countsModules: true),
      // Points of their own.
      GradSign(),
      GradSignMean(),
      SynFlow(),
      ZenReleased(),
      Zen(),
    ]

  /// Proxies in the order in which one candidate is best scored with them.
  ///
  /// It is that of the list, and where noise serves as images, GraSP goes before GradNorm, whose
  /// gradient it computes as well. Trainability goes before expressivity: where blocks are linearized one
  /// by one, its walk leaves the features that expressivity reads.
  ///
  /// - Parameters:
  ///   - proxies: the proxies.
  ///   - imagesAreNoise: whether noise and images are one minibatch.
  /// - Returns: the positions of the proxies, in order.
  package static func order(of proxies: [any Proxy], imagesAreNoise: Bool) -> [Int] {
    func place(_ proxy: any Proxy) -> Int {
      let name =
        switch proxy.name {
        case GraSP().name where imagesAreNoise: GradNorm().name
        case Trainability().name: Expressivity().name
        default: proxy.name
        }
      // Twice the position leaves a place before each.
      let position = list.firstIndex { $0.name == name } ?? list.count
      return 2 * position + (name == proxy.name ? 1 : 0)
    }
    return proxies.indices.sorted {
      (place(proxies[$0]), $0) < (place(proxies[$1]), $1)
    }
  }

  /// The proxy of a name, if there is one.
  public static func named(_ name: String) -> (any Proxy)? {
    list.first { $0.name == name }
  }
}
