"""The table of endpoints and callers in ``docs/endpoints.md``.

Owns its text, made from :mod:`components.gateway.endpoints`; a test says when the file is stale.
Print it anew with ``python -m components.gateway.endpoint_table``.
"""

from __future__ import annotations

import sys
from typing import Final

from components.gateway.endpoint import Endpoint
from components.gateway.endpoints import OPEN, REFUSED

_HEAD: Final = """\
# Who may call which endpoint of Dicoogle

Made by `python -m components.gateway.endpoint_table > docs/endpoints.md` from the list that the
gateway's rules are made from; don't edit it.

A caller is an institution, known by its client certificate. Without a certificate of the
environment there is no connection at all. *Own* is the institution whose repository it is;
*granted* are those that its `access:` names with that deed. Everybody else, everything that isn't
listed, every other method and every parameter beside those named is refused with 403.

| endpoint | needs | own | granted | others | parameters (**demanded**) | remark |
|---|---|---|---|---|---|---|
"""
_TAIL: Final = """
## What is not refused
- A costly search. Lucene's language stays open to callers who may query: `query=*:*` or a leading
  wildcard walks the whole index. The page size, the rate of each institution and the limit of
  requests in flight bound what it costs.
- Many connections of one institution. Its rate of requests is limited by identity; its requests in
  flight are limited together with everybody's, since Envoy counts those per listener and cluster.
- A certificate with several identities of the environment: it may do what any of them may. The
  issuer must not sign one.
- Over DICOM, query and retrieve come through one port and can't be told apart: that port needs
  both. AE titles are Dicoogle's to judge, not the gateway's.
"""


def render() -> str:
    """The whole file."""
    return _HEAD + "".join(_row(each) for each in (*OPEN, *REFUSED)) + _TAIL


def _row(endpoint: Endpoint) -> str:
    called = f"{' '.join(endpoint.methods)} `{endpoint.path}`"
    callers = ("yes", "yes", "no") if endpoint.deed else ("no", "no", "no")
    names = [*(f"**{name}**" for name in endpoint.required), *endpoint.optional]
    cells = (called, endpoint.deed or "-", *callers, ", ".join(names) or "-", endpoint.remark)
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(render())
