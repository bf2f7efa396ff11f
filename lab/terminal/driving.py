"""How commands go on in a terminal: a run to its end or to Ctrl-C, and errors as one sentence."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from lab.core.command import command
from lab.core.ending import ENDS
from lab.core.options import option
from lab.core.params import ParamError
from lab.core.text import LabError, RunError
from lab.running import sessions
from lab.running.recording import plain, result
from lab.sweeps.outcomes import Outcomes
from lab.terminal.reporting import Reporter

DIVERGED, LOST = 3, 4
"""What a command ends with when a training left the range of numbers, and when the end of a run could not be saved."""


def drive(session: sessions.Session, as_json: bool, rows: bool = False) -> None:
    """Run a session to its end, or to Ctrl-C, with progress on the error stream; `rows`: a line a cell of a sweep.

    Leaves with status DIVERGED or LOST, where that is so, and 128 and the number of the signal that stopped it.
    """
    stopped, began = 0, time.monotonic()
    run = session.run
    try:
        with Reporter.run(session.experiment) as reporter, interrupts() as interrupted:
            for event in session.events:
                reporter.take(event)
                if rows and isinstance(event, Outcomes):
                    for row in event.rows:
                        click.echo(json.dumps(plain(row)))
                if interrupted[0] and reporter.at_rest:
                    stopped = interrupted[0]
                    session.close()
                    break
    except RuntimeError as error:
        raise RunError("The run failed: {reason}", reason=str(error)) from error
    finally:
        # A terminal that is gone, or a reader that went, is no reason to lose the run.
        session.close()
    if session.lost is None and stopped:
        click.echo(f"Stopped. To continue: {command()} resume {run.folder}" if run else "Stopped.", err=True)
    elif not stopped:
        _tell(session, reporter, as_json, rows, time.monotonic() - began)
    if session.lost is not None:
        click.echo(str(session.lost), err=True)
        raise SystemExit(LOST)
    if stopped:
        raise SystemExit(128 + stopped)
    if "diverged" in reporter.warnings:
        raise SystemExit(DIVERGED)


def _tell(session: sessions.Session, reporter: Reporter, as_json: bool, rows: bool, seconds: float) -> None:
    """Print what came of a run, on the output stream."""
    run = session.run
    warnings = {"warnings": reporter.warnings} if reporter.warnings else {}
    if rows:
        click.echo(json.dumps(plain(reporter.metrics)))
        return
    if as_json:
        # Where the disk was full there is no result to read, but there is one to tell.
        kept = run.result() if run and session.lost is None else None
        seconds = run.info().seconds if run and kept else seconds
        made = result(
            session.experiment.id, session.params.to_json(), session.context.device, reporter.metrics, seconds
        )
        click.echo(json.dumps((kept or made) | warnings))
        return
    for key, value in reporter.metrics.items():
        numbers = value if isinstance(value, list) else [value]
        click.echo(f"{key:<20} {' '.join(map(_written, numbers))}")
    if run and session.lost is None:
        click.echo(f"kept in {run.folder}")


def _written(number: float | list[float]) -> str:
    """Return a number of a result, or a size of several, as it is read."""
    return f"{number:.7g}" if not isinstance(number, list) else f"[{', '.join(map(_written, number))}]"


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Turn the first Ctrl-C into a wish that is looked at between two steps: the number of its signal, else 0.

    So with what a shutdown or a closed terminal sends. A second Ctrl-C interrupts at once.
    """
    wish = [0]

    def remember(number: int, _frame: FrameType | None) -> None:
        if wish[0] and number == signal.SIGINT:
            raise KeyboardInterrupt
        wish[0] = number

    # What was to be ignored stays so: nohup lets a run outlive its terminal.
    before = {one: signal.getsignal(one) for one in ENDS if signal.getsignal(one) != signal.SIG_IGN}
    try:
        for one in before:
            signal.signal(one, remember)
        yield wish
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def said() -> Iterator[None]:
    """Say an error in one sentence, and leave with status 2 for what the user can mend."""
    try:
        yield
    except ParamError as error:
        known = error.field if error.field.startswith("--") else option(error.field)
        click.echo(str(error.called(known)), err=True)
        raise SystemExit(2) from error
    except LabError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
