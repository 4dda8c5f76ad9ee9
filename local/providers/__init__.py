"""Stand-in Pulumi provider plugins, for where the official ones can't be downloaded.

Each is a package that runs as a process (``python -m local.providers.<name> <engine>``). This
folder itself holds what they share: the process, the engine, failures and values.
"""
