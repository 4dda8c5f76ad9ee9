"""What people type: up, preview, check, down, status, kubeconfig, for one environment.

Owns the order of steps and what is printed. Doesn't own what is deployed (``components``), nor the
tools (``local.toolchain``). ``pulumi`` itself works as its users know it; these commands add the
order of stacks, the policy packs and the simulated cluster.
"""
