internal import Networks

/// The modules of a PyTorch class: where each node's parameters live.
///
/// The parts of a node's name are the modules on the way to it, so that `cells.0.conv_a.op.1` is in
/// `self.cells["0"]["conv_a"]["op"]["1"]`. Those on the way are dictionaries of modules, unless they are
/// modules with parameters themselves.
struct PyTorchModuleTree {
  /// The lines that make the modules, in registration order.
  private(set) var statements: [String] = []
  private var expressions: [String: String] = [:]
  /// Modules by path; whether they are dictionaries.
  private var isDictionary: [String: Bool] = [:]
  /// The path that was made last, and those that lie wholly behind it.
  private var latest: [Substring] = []
  private var closed: Set<String> = []

  /// The expression of the module of a node.
  subscript(name: String) -> String { expressions[name] ?? "self" }

  /// The expression of a dictionary inside of another one, `nil` where there is none at the path.
  func dictionary(_ path: String) -> String? {
    isDictionary[path] == true && path.contains(".") ? expressions[path] : nil
  }

  /// Adds the module of a node.
  mutating func add(_ module: PyTorchCode.Module, named name: String) throws(ExportError) {
    let path = name.split(separator: ".", omittingEmptySubsequences: false)
    try check(path, of: name)
    for count in 1...path.count {
      let prefix = path[..<count].joined(separator: ".")
      let call = count == path.count ? module.text : "nn.ModuleDict()"
      if count < path.count, isDictionary[prefix] != nil { continue }
      let parent = path[..<(count - 1)].joined(separator: ".")
      make(call, part: String(path[count - 1]), in: parent, as: prefix)
      isDictionary[prefix] = count < path.count
    }
  }

  private mutating func make(_ call: String, part: String, in parent: String, as prefix: String) {
    let owner = self[parent]
    switch isDictionary[parent] {
    case true?: expressions[prefix] = "\(owner)[\"\(part)\"]"
    default: expressions[prefix] = "\(owner).\(part)"
    }
    statements.append("\(self[prefix]) = \(call)")
  }

  private mutating func check(_ path: [Substring], of name: String) throws(ExportError) {
    for (place, part) in path.enumerated() {
      let parent = path[..<place].joined(separator: ".")
      let isMember = place == 0 || isDictionary[parent] == false
      guard Self.isKey(part), !isMember || Self.isIdentifier(part) else {
        throw ExportError(node: name, problem: "PyTorch has no module named '\(part)'")
      }
    }
    guard isDictionary[name] == nil else {
      throw ExportError(node: name, problem: "two nodes with parameters have this name")
    }
    // PyTorch lists the parameters of a module together.
    for count in stride(from: latest.count, to: 0, by: -1)
    where !path.starts(with: latest[..<count]) {
      closed.insert(latest[..<count].joined(separator: "."))
    }
    for count in 1...path.count {
      let prefix = path[..<count].joined(separator: ".")
      guard !closed.contains(prefix) else {
        throw ExportError(
          node: name, problem: "its parameters are apart from others of '\(prefix)'")
      }
    }
    latest = path
  }

  /// Whether a text can be the key of a dictionary of modules.
  private static func isKey(_ part: Substring) -> Bool {
    !part.isEmpty && !reserved.contains(part)
      && part.unicodeScalars.allSatisfy {
        $0 == "_" || ($0.isASCII && $0.properties.isAlphanumeric)
      }
  }

  private static func isIdentifier(_ part: Substring) -> Bool {
    guard let first = part.unicodeScalars.first else { return false }
    return !first.properties.isDigit && !keywords.contains(part) && !part.hasPrefix("_")
  }

  /// What modules and their dictionaries have as members already.
  private static let reserved: Set<Substring> = [
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children",
    "clear", "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float",
    "forward", "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu",
    "items", "keys", "load_state_dict", "modules", "mtia", "named_buffers", "named_children",
    "named_modules", "named_parameters", "parameters", "pop", "register_backward_hook",
    "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_module",
    "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to",
    "to_empty", "train", "training", "type", "update", "values", "xpu", "zero_grad",
  ]

  private static let keywords: Set<Substring> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
  ]
}

extension Unicode.Scalar.Properties {
  fileprivate var isDigit: Bool { numericType == .decimal }
  fileprivate var isAlphanumeric: Bool { isAlphabetic || isDigit }
}
