"""``python -m tfnas`` is the command."""

from ._binary import main

main()
