"""A machine of scripts: a Go that only seems to build, tools that only print a version."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from local.toolchain.tools import Download, GoProgram, Tool, VersionRange

# Understands `go env`, `go build ... -o FILE PACKAGE` and `go mod download -json MODULE...`; every
# build adds a line to a log. The file `mood` beside it says how a build goes.
_GO = """#!/bin/sh
here=$(dirname "$0")
case "$1" in
env) cat "$here/go-version" ;;
build)
    echo "$*" >> "$here/builds.log"
    env | sort > "$here/environment.log"
    read -r mood < "$here/mood"
    case "$mood" in
    fails) echo "cannot find module" >&2; exit 1 ;;
    hangs) echo half > "$5"; exec sleep 60 ;;
    waits) for _ in $(seq 400); do [ -e "$here/released" ] && break; sleep 0.05; done ;;
    esac
    printf '#!/bin/sh\\necho built\\n' > "$5"
    ;;
mod)
    shift 3
    for module in "$@"; do
        printf '{"Path": "%s", "Dir": "%s/modules/%s"}' "$module" "$here" "$module"
    done
    ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """A user's PATH and cache.

    Attributes:
        path: the only folder on PATH that has tools of the tool chain.
        cache: this project's cache.
        home: where XDG_CACHE_HOME points.
        module: a module folder that pins the tool `widget`.
    """

    path: Path
    cache: Path
    home: Path
    module: Path

    def script(self, name: str, body: str) -> Path:
        """Put a shell script on PATH."""
        script = self.path / name
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)
        return script

    def go(self, mood: str, version: str = "go1.26.1") -> None:
        """Put a Go on PATH whose builds go well, fail, hang, or wait for `release` (20 s)."""
        (self.path / "go").write_text(_GO)
        (self.path / "go").chmod(0o755)
        (self.path / "mood").write_text(f"{mood}\n")
        (self.path / "go-version").write_text(f"{version}\n")

    def release(self) -> None:
        """Let the builds that wait go on."""
        (self.path / "released").touch()

    def publish_definitions(self) -> None:
        """Give Go the modules with custom resource definitions, one file in each."""
        for path in (
            "github.com/cert-manager/cert-manager/deploy/crds",
            "sigs.k8s.io/gateway-api/config/crd/standard",
            "github.com/kedacore/keda/v2/config/crd/bases",
            "github.com/prometheus-operator/prometheus-operator/example/prometheus-operator-crd",
        ):
            folder = self.path / "modules" / path
            folder.mkdir(parents=True)
            (folder / "kind.yaml").write_text(f"source: {path}\n")
            (folder / "README.md").write_text("not a definition\n")

    def builds(self) -> list[str]:
        """Return the arguments of each `go build` so far."""
        log = self.path / "builds.log"
        return log.read_text().splitlines() if log.exists() else []

    def widget(self, download: Download | None = None) -> Tool:
        """Return a tool of one program, accepted on PATH in versions 1.2.x."""
        return Tool(
            name="widget",
            version="1.2.3",
            on_path=VersionRange((1, 2), (1, 3)),
            ask=("--version",),
            programs=MappingProxyType(
                {
                    "widget": GoProgram(
                        self.module, "example.test/cmd/widget", (("main.version", "v1.2.3"),)
                    )
                }
            ),
            seconds=1,
            download=download,
        )

    def another_run(self) -> subprocess.Popen[str]:
        """Start a process that provides the widget on this machine and prints its path."""
        program = (
            "import signal, sys; from pathlib import Path\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from tests.local.toolchain.fake_machine import Machine\n"
            "from local.toolchain.provision import provide\n"
            "machine = Machine(*map(Path, sys.argv[1:]))\n"
            "print(provide([machine.widget()], machine.cache).path('widget'))\n"
        )
        places = (self.path, self.cache, self.home, self.module)
        return subprocess.Popen(
            [sys.executable, "-c", program, *places],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


@dataclass
class Publisher:
    """A web server on the loopback device.

    Attributes:
        address: its URL without a path.
        files: what it serves, by path.
        requests: what was asked of it, such as "HEAD /widget".
    """

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
