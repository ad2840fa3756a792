/// Every operator of this library: a new one is a file and a line here.
package enum AllOperators {
  /// The types, by folder.
  package static let types: [any ListedOperator.Type] = [
    // Activations
    CELU.self, Clip.self, ELU.self, GELU.self, HardSigmoid.self, HardSwish.self, LeakyReLU.self,
    ParametricReLU.self, ReLU.self, SELU.self, SiLU.self, Sigmoid.self, Softplus.self,
    Softsign.self, Tanh.self,
    // Arithmetic
    Add.self, Divide.self, Maximum.self, Minimum.self, Multiply.self, Power.self, Subtract.self,
    Sum.self, Zero.self,
    // Functions
    AbsoluteValue.self, Affine.self, ConstantPower.self, Erf.self, Exponential.self, Logarithm.self,
    Negation.self, Reciprocal.self, SquareRoot.self,
    // Layers
    Convolution.self, ConvolutionBias.self, FixedConvolution.self, Linear.self, TransposedConvolution.self,
    // Normalizations
    BatchNormalization.self, ChannelLayerNormalization.self, GroupNormalization.self,
    InstanceNormalization.self, LayerNormalization.self, LocalResponseNormalization.self,
    RMSNormalization.self,
    // Pooling
    AveragePool.self, GlobalAveragePool.self, GlobalMaxPool.self, MaxPool.self,
    // Products
    MatMul.self, ScaledDotProductAttention.self,
    // Rearrangements
    BilinearResize.self, Concatenate.self, DepthToSpace.self, Expand.self, Flatten.self,
    Gather.self, NearestResize.self, Pad.self, Reshape.self, Roll.self, Slice.self,
    SpaceToDepth.self, Squeeze.self, Tile.self, Transpose.self, Unsqueeze.self,
    // Reductions
    LogSoftmax.self, ReduceL1.self, ReduceL2.self, ReduceLogSumExp.self, ReduceMaximum.self,
    ReduceMean.self, ReduceMinimum.self, ReduceSum.self, Softmax.self,
    // Sources
    Constant.self, Parameter.self,
  ]
}
