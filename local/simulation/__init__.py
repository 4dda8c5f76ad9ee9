"""The simulated cluster of the `local` environment.

Its API server, etcd, scheduler and controller manager are real and only its nodes are simulated
(by kwok, so pods never run); `operators` stands in for the Rook and CSI operators, which would
need real machines. Everything listens on loopback and lives in one folder of the environment's
state. It knows nothing of Pulumi, institutions or data centres.

`python -m local.simulation start|stop|status --environment E` is the interface.
"""
