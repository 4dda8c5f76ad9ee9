"""Provides tools: from the cache, else from PATH, else downloaded, else built.

It owns that order and the words about it; each way has a module of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.paths import cache_dir
from local.toolchain import download, on_path, store
from local.toolchain.errors import ToolchainError
from local.toolchain.go_build import build, module_folders
from local.toolchain.go_toolchain import go_for
from local.toolchain.pins import TOOLS
from local.toolchain.progress import Step, announce, clock, step
from local.toolchain.tools import GoProgram, Tool


@dataclass(frozen=True)
class Provided:
    """A program and where it came from, in words."""

    path: Path
    origin: str


@dataclass(frozen=True)
class Toolchain:
    """Programs that are there and can be run.

    Attributes:
        programs: each program by its name.
        bin: a folder with one link a program, to put first on PATH.
    """

    programs: Mapping[str, Provided]
    bin: Path

    def path(self, name: str) -> Path:
        """Return a program's path; KeyError for one that wasn't asked for."""
        return self.programs[name].path


def ensure(names: Iterable[str] | None = None) -> Toolchain:
    """Return the programs named, with those that come with them; by default all.

    Silent when they are there; else it makes them, which may take minutes, with progress on
    stderr.

    Raises:
        ToolchainError: a name is unknown, or a tool can't be had in any way.
    """
    known = {name for tool in TOOLS for name in tool.programs}
    wanted = known if names is None else set(names)
    if unknown := wanted - known:
        raise ToolchainError(
            f"The tool chain has no {', '.join(sorted(unknown))}."
            f" It has {', '.join(sorted(known))}."
        )
    return provide([tool for tool in TOOLS if wanted & set(tool.programs)], cache_dir())


def provide(tools: Sequence[Tool], cache: Path) -> Toolchain:
    """Return the programs of these tools, making what is neither in a cache nor on PATH."""
    try:
        with ThreadPoolExecutor() as pool:
            found = list(pool.map(lambda tool: _find(tool, cache), tools))
        missing = [tool for tool, programs in zip(tools, found, strict=True) if not programs]
        made = _make_all(missing, cache) if missing else {}
        programs = {name: each for some in [*found, made] for name, each in some.items()}
        links = store.link_folder(cache, {name: each.path for name, each in programs.items()})
    except OSError as error:
        raise ToolchainError(
            f"The tool chain's cache in {cache} can't be used: {error}."
        ) from error
    return Toolchain(programs, links)


def _find(tool: Tool, cache: Path) -> dict[str, Provided]:
    """Return a tool's programs from the cache or PATH; none of them where it is in neither."""
    if cached := _in_cache(tool, cache):
        return cached
    paths = on_path.find(tool, cache)
    return {name: Provided(path, "found on PATH") for name, path in paths.items()}


def _in_cache(tool: Tool, cache: Path) -> dict[str, Provided]:
    folder = store.entry(cache, tool)
    origin = store.origin(folder, tool)
    return {} if origin is None else {n: Provided(folder / n, origin) for n in tool.programs}


def _make_all(missing: Sequence[Tool], cache: Path) -> dict[str, Provided]:
    announce(
        f"Local tools to make, once: {', '.join(tool.name for tool in missing)} (if none can be"
        f" downloaded, about {clock(sum(tool.seconds for tool in missing))} on two cores)."
    )
    reachable = download.reachable_hosts(missing, cache)
    made: dict[str, Provided] = {}
    for number, tool in enumerate(missing, 1):
        with step(f"[{number}/{len(missing)}] {tool.name} {tool.version}") as shown:
            made |= _make(tool, cache, reachable, shown)
    return made


def _make(tool: Tool, cache: Path, reachable: frozenset[str], shown: Step) -> dict[str, Provided]:
    """Make one tool in the cache, unless another run did so meanwhile."""
    target = store.entry(cache, tool)

    def fill(folder: Path) -> str:
        if offered := download.offer(tool, reachable):
            shown.doing("downloading")
            try:
                origin = download.fetch(tool, offered, folder)
            except download.DownloadError as error:
                shown.remark(f"{error}; building it instead")
            else:
                shown.outcome = "downloaded"
                return f"downloaded from {origin}"
        shown.outcome = "built"
        return _build(tool, cache, folder, shown)

    with store.exclusive(target, waiting=lambda: shown.doing("waiting for another run's build")):
        if store.origin(target, tool) is not None:
            shown.outcome = "made by another run, ready"
        else:
            store.publish_tool(target, fill)
    return _in_cache(tool, cache)


def _build(tool: Tool, cache: Path, folder: Path, shown: Step) -> str:
    """Build a tool's programs into a folder and return their origin."""
    for name, program in tool.programs.items():
        go = go_for(program.module, cache, shown.doing)
        shown.doing(f"building from Go modules, about {clock(tool.seconds)} on two cores")
        if isinstance(program, GoProgram):
            build(go, program, folder / name)
        else:
            source = module_folders(go, program.module, [program.source])[program.source]
            (folder / name).write_bytes((source / program.path).read_bytes())
    return f"built from Go modules by {go.executable}"
