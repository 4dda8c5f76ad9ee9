"""`python -m local.toolchain`: makes whatever is missing and says where everything is."""

import argparse
import sys

from local.toolchain import ToolchainError, ensure
from local.toolchain.crds import crd_folders


def main() -> int:
    """Make all tools and CRDs, and print them; return 1 where one can't be had."""
    parser = argparse.ArgumentParser(prog="python -m local.toolchain", description=__doc__)
    parser.add_argument("--bin", action="store_true", help="print the folder of links alone")
    options = parser.parse_args()
    try:
        toolchain, definitions = ensure(), crd_folders()
    except ToolchainError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; the next run goes on where this one stopped.\n")
        return 130
    if options.bin:
        sys.stdout.write(f"{toolchain.bin}\n")
        return 0
    rows = [(name, str(each.path), each.origin) for name, each in toolchain.programs.items()]
    rows += [(f"CRDs of {name}", str(path), "Go module") for name, path in definitions.items()]
    rows.append(("all, for PATH", str(toolchain.bin), "links"))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, path, origin in rows:
        sys.stdout.write(f"{name:{widths[0]}}  {path:{widths[1]}}  {origin}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
