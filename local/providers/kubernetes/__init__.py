"""The stand-in for the official kubernetes plugin (4.34): every kind, by server-side apply.

The way through the code: ``provider`` translates the engine's requests (``requests``, ``replies``,
``state``); ``diff`` and ``immutable`` decide between update and replacement; ``previews`` and
``actions`` work on the cluster through ``access``, ``applying`` and ``cluster``; ``waiting`` waits,
by the rules of ``readiness`` and ``waitfor``.

Not here: functions, components and Helm releases, for which the official plugin is needed;
rendering to YAML; client-side apply; waits for ``Ingress``.
"""
