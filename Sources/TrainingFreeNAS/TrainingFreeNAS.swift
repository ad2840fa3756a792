// Everything that a client of the library needs, under one name.
@_exported public import Derivatives
@_exported public import Formats
@_exported public import Interchange
@_exported public import Networks
@_exported public import Operators
@_exported public import Ranking
@_exported public import Scoring
@_exported public import Search
@_exported public import SpaceFiles
@_exported public import Spaces
@_exported public import Studies
@_exported public import Tensors
