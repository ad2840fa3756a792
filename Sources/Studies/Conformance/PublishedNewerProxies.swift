/// Values of the proxies from 2023 on, in double precision.
///
/// They come from an independent implementation in Python, which equals the authors' released code on these
/// networks for NEAR, MeCo, Dextr and the released WRCor. InTrain and L-SWAG have no released code. Where
/// channels are drawn (`meco-opt`) only networks are listed that have too few for a choice, and the cell F,
/// in which most layers are zero, is left out where such layers count differently here (`InTrainCapacity`,
/// `Network.isLive`).
enum PublishedNewerProxies {
  /// Values by the label of the case and the name of the proxy.
  static let values: [String: [String: Double]] = [
    "A": [
      "nsc": 139.2938431944, "nsc-live": 139.2938431944, "intrain": 185.9765105438,
      "intrain-capacity": 24.55701792545, "near": 304.2148338751, "near-paper": 185.9149639217,
      "meco": 9.045921926997, "meco-released": 15.83042010693, "meco-opt": 9.045921926997,
      "meco-opt-released": 15.83042010693, "dextr": 1.327593935174,
      "dextr-released": 1.419484765993, "l-swag": 52936.08811912, "wrcor": 42.53040699848,
      "rcor": 26.12824824117, "wrcor-released": 46.94542304562,
    ],
    "B": [
      "nsc": 235.7926386494, "nsc-live": 235.7926386494, "intrain": 437.8037649349,
      "intrain-capacity": 41.4053348912, "near": 484.5638342441, "near-paper": 300.8268985844,
      "meco": 16.75796469446, "meco-released": 27.63517501445, "meco-opt": 16.75796469446,
      "meco-opt-released": 27.63517501445, "dextr": 1.539827494973,
      "dextr-released": 1.649147492141, "l-swag": 84029.12380549, "wrcor": 46.36928018597,
      "rcor": 30.20043279307, "wrcor-released": 51.15063874616,
    ],
    "C": [
      "nsc": 99.17085241107, "nsc-live": 99.17085241107, "intrain": 117.1973762413,
      "intrain-capacity": 17.73954664767, "near": 229.9829563024, "near-paper": 139.2127971193,
      "meco": 3.679070868927, "meco-released": 5.885579127747, "meco-opt": 3.679070868927,
      "meco-opt-released": 5.885579127747, "dextr": 0.9145588505032,
      "dextr-released": 1.03244667198, "l-swag": 37296.20571178, "wrcor": 41.37578795413,
      "rcor": 24.43525136207, "wrcor-released": 45.47231124153,
    ],
    "D": [
      "nsc": 66.6652246344, "nsc-live": 66.6652246344, "intrain": 50.19606279593,
      "intrain-capacity": 11.5753240254, "near": 136.6550042922, "near-paper": 73.20366860032,
      "meco": 2.865529251946, "meco-released": 5.673012973118, "meco-opt": 2.865529251946,
      "meco-opt-released": 5.673012973118, "dextr": 1.177184299107,
      "dextr-released": 1.626018262969, "l-swag": 22523.95237707, "wrcor": 36.7676594059,
      "rcor": 18.12085615987, "wrcor-released": 39.39398283278,
    ],
    "F": [
      "nsc": 66.6652246344, "near": 6.399432445218, "near-paper": 0, "meco": 0.9549523311384,
      "meco-released": 1.909904662277, "meco-opt": 0.9549523311384,
      "meco-opt-released": 1.909904662277, "l-swag": 0,
    ],
    "G": [
      "nsc": 66.6652246344, "nsc-live": 66.6652246344, "intrain": 33.32319825115,
      "intrain-capacity": 7.535112193253, "near": 102.4343827201, "near-paper": 42.10210935081,
      "meco": 3.304755968431, "meco-released": 5.976990088603, "meco-opt": 3.304755968431,
      "meco-opt-released": 5.976990088603, "l-swag": 17157.5781693, "wrcor": 35.19248058933,
      "rcor": 17.36606079734, "wrcor-released": 38.24495796802,
    ],
    "H": [
      "nsc": 94.85312697023, "nsc-live": 66.6652246344, "intrain": 73.07934335004,
      "intrain-capacity": 17.61794551169, "near": 198.6323028495, "near-paper": 113.7979780758,
      "meco": 5.750499965336, "meco-released": 9.935857044466, "meco-opt": 5.750499965336,
      "meco-opt-released": 9.935857044466, "dextr": 0.8829913402976,
      "dextr-released": 1.089230397612, "l-swag": 22349.69508048, "wrcor": 38.00752689035,
      "rcor": 20.12100388692, "wrcor-released": 41.23996334424,
    ],
    "A medium": [
      "nsc": 272.2501077212, "nsc-live": 272.2501077212, "intrain": 262.4116923187,
      "intrain-capacity": 37.13677875867, "near": 616.5778758131, "near-paper": 387.0849636496,
      "meco": 9.188773633613, "meco-released": 15.61826289147, "dextr": 1.264126843124,
      "dextr-released": 1.336873488779, "l-swag": 62501.52735578, "wrcor": 43.19424726337,
      "rcor": 26.52505761219, "wrcor-released": 47.56431901408,
    ],
    "C medium": [
      "nsc": 192.0041261546, "nsc-live": 192.0041261546, "intrain": 159.9818325107,
      "intrain-capacity": 26.92414752692, "near": 470.1596967425, "near-paper": 293.3670834226,
      "meco": 3.393173913623, "meco-released": 5.445605434099, "dextr": 1.226950197424,
      "dextr-released": 1.581420309862, "l-swag": 48778.95014528, "wrcor": 41.68511473657,
      "rcor": 24.63734105154, "wrcor-released": 45.75406079719,
    ],
    "A full size": [
      "nsc": 1696.436242988, "nsc-live": 1696.436242988, "intrain": 1984.012783351,
      "intrain-capacity": 148.0037426261, "near": 3873.83143405, "near-paper": 2512.842989878,
      "meco": 29.27248476301, "meco-released": 49.30145381213, "dextr": 1.810645142656,
      "dextr-released": 1.849116370966, "l-swag": 240590.8635688, "wrcor": 110.6442329051,
      "rcor": 36.75431997482, "wrcor-released": 115.0956371827,
    ],
  ]

  /// Names of proxies without a value, by the label of the case.
  ///
  /// The logits of the cells F and G do not change with a single image, and those of F with no image. The
  /// released Dextr ranks them first.
  static let undefined: [String: Set<String>] = [
    "F": ["dextr", "dextr-released", "wrcor", "rcor", "wrcor-released"],
    "G": ["dextr", "dextr-released"],
  ]
}
