/// Which tensors of a file training would change, where no layer says it.
///
/// A file does not tell parameters from constants. A tensor that a layer takes for its weights is a parameter by
/// that; this is about the others: position embeddings, class tokens and layer scales on one side, masks, windows'
/// tables and numbers of formulas on the other.
enum LearnedTensors {
  /// Whether a tensor is a parameter.
  ///
  /// - Parameters:
  ///   - name: its name in the file.
  ///   - type: the type of its elements.
  ///   - count: how many elements it has.
  ///   - producer: the program that wrote the file.
  ///   - says: what the file itself says, `nil` for nothing.
  /// - Returns: whether it is.
  static func contains(
    _ name: String, type: ElementType, count: Int, producer: String, says: Bool?
  ) -> Bool {
    guard type.isFloatingPoint else { return false }
    if let says { return says }
    // Constants of files of this library are in nodes.
    if producer == ModelMetadata.producer { return true }
    if isBuffer(name) { return false }
    // PyTorch keeps the qualified names of parameters and buffers; what it computed itself is named by a node.
    let isQualified =
      producer == "pytorch" && !name.contains("::") && !name.contains("/")
      && !isTemporary(name)
    return isQualified || (producer != "pytorch" && count > 1)
  }

  /// Whether a tensor is called what modules call tensors that they do not train.
  static func isBuffer(_ name: String) -> Bool {
    buffers.contains(name.split(separator: ".").last.map(String.init) ?? name)
  }

  /// Names that exporters give to numbers of formulas.
  private static func isTemporary(_ name: String) -> Bool {
    name.allSatisfy(\.isNumber)
      || ["val_", "lifted_tensor", "scalar_tensor", "_lifted", "c_lifted"].contains {
        name.hasPrefix($0)
      }
  }

  /// What modules of PyTorch, torchvision and timm call tensors that they keep and do not train.
  private static let buffers: Set<String> = [
    "running_mean", "running_var", "num_batches_tracked", "attn_mask", "relative_coords_table",
    "relative_position_index", "relative_index", "attention_bias_idxs", "filt", "mean", "std",
    "pos_emb_cos", "pos_emb_sin", "freqs", "bands", "rel_pos_indices", "rel_coords",
  ]
}
