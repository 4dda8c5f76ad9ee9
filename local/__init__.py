"""What runs on the operator's machine: the tool chain, the simulated environment, the commands."""
