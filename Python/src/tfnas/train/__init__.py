"""Trains the network that a search found: ``python -m tfnas.train``.

Needs ``tfnas[train]``. One idea a module: `plan` has the recipes, `students` and `teachers` the networks,
`images` and `augmentation` the data, `distillation` the loss, `schedule` the learning rate, `loop` the
training, `checkpoints` what survives a kill.
"""
