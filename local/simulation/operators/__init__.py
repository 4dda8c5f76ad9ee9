"""Stand-ins for the operators that the simulated cluster lacks: Rook's and ceph-csi's.

They do what others wait for and no more: status phases, secrets of Ceph clients, volumes for
claims. They decide as the real ones do where a wrong promise would show (a filesystem on a
missing CRUSH bucket never gets Ready). There is no Ceph behind them, and nothing is stored.
"""
