"""The one error of the simulated cluster."""


class SimulationError(Exception):
    """The simulated cluster can't be had; the message says what was found and what to do."""
