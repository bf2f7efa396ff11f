"""Cells of a sweep on the computers of a Dask cluster: asked first what they have, and watched while they work."""

from __future__ import annotations

import queue
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from lab.core.params import ParamError
from lab.core.text import Message, RunError, Verbatim, message
from lab.sweeps.grid import Cell

TICK_SECONDS = 0.5
"""How often a sweep that waits says that it does, so that it can be stopped."""
LOOK_SECONDS = 2.0
"""How often it looks which workers there are."""
LOST_SECONDS = 30.0
"""So long a cluster may be without any worker: Dask starts those that died anew within a few seconds."""
ANSWER_SECONDS = 20.0
CONNECT_SECONDS = 15
INSTALL = 'python -m pip install ".[cluster]"'

# Evaluated where Descent may be missing, so nothing of it can be called: the digest of its sources, and versions.
_ASK = """
(lambda spec, version: {
    "project": (lambda folder: __import__("hashlib").blake2b(
        b"".join(
            path.relative_to(folder).as_posix().encode() + b"\\\\0" + path.read_bytes().replace(b"\\\\r\\\\n", b"\\\\n")
            for path in sorted(folder.rglob("*.py"))
        ), digest_size=4,
    ).hexdigest())(__import__("pathlib").Path(list(spec.submodule_search_locations)[0]))
    if spec is not None and spec.submodule_search_locations else None,
    "version": version("descent"),
    "torch": version("torch"),
})(
    __import__("importlib.util").util.find_spec("lab"),
    lambda name: next(
        (found.version for found in __import__("importlib.metadata").metadata.distributions(name=name)), None
    ),
)
""".replace("\\\\", "\\").strip()

Found = Mapping[str, str | None]


def ask() -> Found:
    """Return what is here: a digest of the sources of Descent, its version, and that of torch; None for what is not."""
    found: dict[str, str | None] = eval(_ASK)
    return found


class Cluster:
    """A connection to a scheduler. Raises RunError where anything is missing there."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._here = ask()
        self._known: set[str] = set()
        self._check({"": self._asked(client._run_on_scheduler, eval, _ASK)})
        self.look()

    def look(self) -> int:
        """Return how many workers there are; those that are new are asked what they have."""
        workers = set(self._asked(self._client.scheduler.ncores, workers=None))
        new = sorted(workers - self._known)
        if new:
            # One that leaves at this moment is asked in vain.
            found = self._asked(self._client._run, eval, _ASK, workers=new, on_error="ignore")
            self._check({worker: found[worker] for worker in new if worker in found})
            self._known |= set(found)
        return len(workers)

    def run(self, function: Any, calls: Mapping[int, tuple[Any, ...]]) -> Iterator[tuple[int, Any] | None]:
        """Run calls, each by its number; yield each number with what came of it, and None now and then while waiting.

        What came of it is what the function returned, or a sentence about the error. Raises RunError where the
        scheduler is gone, or where there has been no worker for LOST_SECONDS.
        """
        done: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        futures = {}
        for number, arguments in calls.items():
            future = self._client.submit(function, *arguments, pure=False)
            futures[number] = future
            future.add_done_callback(lambda future, number=number: done.put((number, future)))
        left = len(futures)
        seen = looked = time.monotonic()
        try:
            while left:
                try:
                    number, future = done.get(timeout=TICK_SECONDS)
                except queue.Empty:
                    yield None
                else:
                    left -= 1
                    yield number, self._result(future)
                    futures.pop(number, None)
                    seen = time.monotonic()
                now = time.monotonic()
                if now - looked >= LOOK_SECONDS:
                    looked = now
                    if self.look():
                        seen = now
                    elif now - seen >= LOST_SECONDS:
                        raise RunError(
                            "The cluster at {address} has had no worker for {seconds} s; {left} runs are not done. "
                            "Start workers, on each computer: dask worker {address} --nthreads 1. Then continue.",
                            address=self._address,
                            seconds=round(LOST_SECONDS),
                            left=left,
                        )
        finally:
            with suppress(Exception):  # A scheduler that is gone has nothing to cancel.
                self._client.sync(self._client._cancel, list(futures.values()), force=True, callback_timeout=2)

    def _result(self, future: Any) -> Any:
        if future.status == "finished":
            return future.result(timeout=ANSWER_SECONDS)
        if future.status in ("cancelled", "lost"):
            raise self._gone()
        error = future.exception(timeout=ANSWER_SECONDS)
        if isinstance(error, ImportError):
            # A worker that came a moment ago and lacks something: that is said, and where.
            self._known.clear()
            self.look()
        return message("The computation failed: {reason}.", reason=str(error) or type(error).__name__)

    def _asked(self, function: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return self._client.sync(function, *arguments, callback_timeout=ANSWER_SECONDS, **options)
        except (OSError, TimeoutError, RuntimeError) as error:
            raise self._gone() from error

    def _gone(self) -> RunError:
        return RunError(
            "The scheduler at {address}, or a worker there, no longer answers. Start what is gone: dask scheduler; "
            "dask worker {address} --nthreads 1. Then continue.",
            address=self._address,
        )

    def _check(self, found: Mapping[str, Any]) -> None:
        """Raise RunError where somebody lacks something, or has another version of it."""
        problems = [problem for place, has in found.items() for problem in self._problems(place, has)]
        if not problems:
            return
        said: Message = problems[0]
        for problem in problems[1:10]:
            said = message("{said} {more}", said=said, more=problem)
        torch = self._here["torch"] or ""
        pinned = f' "torch=={torch.split("+")[0]}"' if any(isinstance(has, dict) for has in found.values()) else ""
        raise RunError(
            "{problems} Type there, in the folder of Descent, the same as here, and start it again: {line}",
            problems=said,
            line=Verbatim(INSTALL + pinned),
        )

    def _problems(self, place: str, has: Any) -> Iterator[Message]:
        where = (
            message("The worker {address}", address=place)
            if place
            else message("The scheduler {address}", address=self._address)
        )
        if not isinstance(has, dict):
            yield message("{where} could not say what is installed there.", where=where)
            return
        if has["project"] is None:
            yield message("{where} lacks Descent.", where=where)
        elif has["project"] != self._here["project"]:
            yield message(
                "{where} has another Descent ({found}) than there is here ({here}).",
                where=where,
                found=_version(has),
                here=_version(self._here),
            )
        if has["torch"] is None:
            yield message("{where} lacks torch.", where=where)
        elif _plain(has["torch"]) != _plain(self._here["torch"]):
            yield message(
                "{where} has torch {found}, and here it is {here}.",
                where=where,
                found=has["torch"],
                here=self._here["torch"],
            )


def _version(found: Found) -> Verbatim:
    return Verbatim(f"{found['version'] or '?'}, {found['project']}")


def _plain(version: str | None) -> str | None:
    """Return a version without what it was built for, such as +cpu."""
    return version and version.split("+")[0]


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a scheduler, ask it and its workers what they have, and leave again without waiting for anybody.

    Raises ParamError, RunError.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunError("Dask is not installed here. Install it with: {line}", line=Verbatim(INSTALL)) from None
    if not address:
        raise ParamError("scheduler", "{field} is empty; allowed is an address such as tcp://192.168.0.7:8786")
    try:
        connect: Any = Client
        client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RunError(
            "There is no Dask scheduler at {address}: {reason}", address=address, reason=str(error)
        ) from error
    try:
        yield Cluster(client, address)
    finally:
        with suppress(Exception):
            client.close(timeout=2)


def run_on_cluster(
    function: Any, name: str, cells: Sequence[Cell], address: str
) -> Generator[tuple[Cell, dict[str, float] | Message] | None, None, None]:
    """Run cells on a cluster; yield each with what came of it, and None now and then. Raises LabError."""
    by_index = {cell.index: cell for cell in cells}
    with connected(address) as cluster:
        calls = {cell.index: (name, cell.params.to_json()) for cell in cells}
        for found in cluster.run(function, calls):
            yield None if found is None else (by_index[found[0]], found[1])
