"""The version, which is that of the command."""

__version__ = "0.1.0"
