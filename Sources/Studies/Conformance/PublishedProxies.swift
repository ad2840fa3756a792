/// Values of the reference implementations of all proxies but VKDNW, in double precision.
enum PublishedProxies {
  /// Values by the label of the case and the name of the proxy.
  static let values: [String: [String: Double]] = [
    "A": [
      "expressivity": 10.164322841479, "progressivity": 0.019952424009,
      "trainability": -0.410371302007, "naswot": 56.816176285426, "linear-regions": 8,
      "gradnorm": 3.575014384381, "jacov": -8.470814916722, "snip": 27.880941983507,
      "grasp": 5.958118498104,
      "ntk": -5.052956642522, "ntk-released": -5.051173878624, "zico": 123.700605622,
      "gradsign": 21822, "gradsign-mean": 1.960294646065, "synflow": 19_842_609_835_856.2,
      "zen": 13.71645907146, "zen-released": 13.817192113524,
    ],
    "B": [
      "expressivity": 10.454661591663, "progressivity": 0.053333620712,
      "trainability": -0.397005485887, "naswot": 60.847408166632, "linear-regions": 8,
      "gradnorm": 4.967733809022, "jacov": -8.458651008766, "snip": 57.594055281905,
      "grasp": 9.545745824452,
      "ntk": -7.511324857259, "zico": 198.290326154, "gradsign": 43996,
      "gradsign-mean": 1.92189411148, "synflow": 347_782_640_251_844, "zen": 23.728590280073,
      "zen-released": 23.922547749157,
    ],
    "C": [
      "expressivity": 9.769308495528, "progressivity": -0.333690332859,
      "trainability": -0.37714073205, "naswot": 55.051709566011, "linear-regions": 8,
      "gradnorm": 5.296065914144, "jacov": -8.501400397923, "snip": 40.153487740913,
      "grasp": 14.978969006429,
      "ntk": -11.480996605721, "ntk-released": -11.134477762993, "zico": 90.212821091,
      "gradsign": 11256, "gradsign-mean": 2.076752767528, "synflow": 7352671409.89217,
      "zen": 5.283480434488, "zen-released": 5.013630815147,
    ],
    "D": [
      "expressivity": 10.525273756716, "progressivity": 0, "naswot": 48.112591902855,
      "linear-regions": 8, "gradnorm": 2.285794028485, "jacov": -8.459601356878,
      "snip": 18.457878189001, "grasp": 3.6563274675, "ntk": -3.734089074518, "zico": 57.149766471,
      "gradsign": 9982,
      "gradsign-mean": 2.102358887953, "synflow": 2508814.71186348, "zen": 3.281968553408,
    ],
    "F": [
      "trainability": -599998.911535198, "linear-regions": 1, "gradnorm": 0.158113883008,
      "snip": 0, "grasp": 0, "zico": 0, "gradsign": 0, "gradsign-mean": 0, "synflow": 0,
    ],
    "G": [
      "expressivity": 5.49896609267, "progressivity": -0.568035175876,
      "trainability": -0.638362895061, "naswot": 47.522696276683, "linear-regions": 8,
      "gradnorm": 3.480822342302, "jacov": -26.760304747743, "snip": 16.29738226583,
      "grasp": 1.008789511958,
      "ntk": -45.662786777086, "zico": 59.288117928, "gradsign": 0, "gradsign-mean": 0,
      "synflow": 161754929.042905, "zen": 7.225758205677,
    ],
    "H": [
      "expressivity": 10.986209107002, "progressivity": 0, "naswot": 52.232753583161,
      "linear-regions": 8, "gradnorm": 2.162816510956, "jacov": -8.667238098924,
      "snip": 15.13744930027, "grasp": 1.618237127046, "ntk": -2.976790178328, "zico": 58.223804896,
      "gradsign": 9702,
      "gradsign-mean": 1.248327328873, "synflow": 2412240.26236452, "zen": 6.00305093709,
    ],
    "A full size": [
      "expressivity": 51.1097822915, "progressivity": -0.31169797486,
      "trainability": -0.188265495157, "naswot": 100.890129345, "linear-regions": 8,
      "gradnorm": 2.00691088366, "jacov": -8.01445906892, "snip": 53.4744906993,
      "grasp": 2.5698301791,
      "ntk": -3.79776182984, "zico": 544.262144, "gradsign": 1276070,
      "gradsign-mean": 2.18702868347, "synflow": 3.86548998926e+59, "zen": 122.910649169,
    ],
  ]

  /// Names of proxies without a value, by the label of the case.
  ///
  /// The cell F does not depend on its input; D and H pass it on unchanged.
  static let undefined: [String: Set<String>] = [
    "D": ["trainability"],
    "F": [
      "expressivity", "progressivity", "naswot", "jacov", "ntk", "ntk-released", "zen",
      "zen-released",
    ],
    "H": ["trainability"],
  ]
}
