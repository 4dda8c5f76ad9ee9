"""The stand-in ``pulumi-resource-command``: commands and copies, here and over SSH.

It serves where the official plugin (pulumi-command 1.2.1) can be neither found nor downloaded, and
behaves like it for local and remote ``Command``, ``CopyToRemote`` and the function ``local.run``.
It differs where the official one would surprise:

- a wrong host key or a refused login fails at once (the official plugin redials until its limit);
- the text of a secret input is masked in logs and errors, and makes ``stdout`` and ``stderr``
  secret (the official one leaves both in clear unless ``additionalSecretOutputs`` names them);
- with ``logging: none`` an error prints neither the command nor its output;
- ``CopyToRemote`` copies again when only the connection changed, since the host may be a new one;
- ``assetPaths``, ``archivePaths``, ``CopyFile``, asset archives and sources behind a URL are
  refused.
"""
