"""Asks Ceph's monitors and manager as its administrator; run by the system's Python.

Owns the loop: one JSON object a line in, ``{target, command, input}``; one a line out,
``{status, out, err}``. Doesn't own any command. The ``ceph`` command line would cost half a second
of Python's start for each.
"""

from __future__ import annotations

import json
import sys

import rados  # type: ignore[import-not-found]  # Debian's, for the system's Python alone


def main() -> None:
    """Answer until the input ends."""
    conf, seconds = sys.argv[1:]
    limits = {"rados_mon_op_timeout": seconds, "client_mount_timeout": seconds}
    with rados.Rados(conffile=conf, name="client.admin", conf=limits) as cluster:
        for line in sys.stdin:
            asked = json.loads(line)
            send = cluster.mgr_command if asked["target"] == "mgr" else cluster.mon_command
            status, out, err = send(json.dumps(asked["command"]), asked["input"].encode())
            answer = {"status": status, "out": out.decode(), "err": err}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
