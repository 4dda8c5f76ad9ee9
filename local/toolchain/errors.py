"""The one error of the tool chain."""


class ToolchainError(Exception):
    """A tool can't be had; the message is a sentence saying why and what to do."""
