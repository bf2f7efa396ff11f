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
from lab.core.options import option
from lab.core.params import ParamError
from lab.core.text import LabError, RunError
from lab.running import sessions
from lab.running.recording import plain, result
from lab.sweeps.outcomes import Outcomes
from lab.terminal.reporting import Reporter

DIVERGED = 3
"""The exit status of a run that diverged: what it printed is how far it came, not what was asked for."""


def drive(session: sessions.Session, as_json: bool, rows: bool = False) -> None:
    """Run a session to its end, or to Ctrl-C, with progress on the error stream; `rows`: a line a cell of a sweep.

    Leaves with status 130 where it was stopped, and with DIVERGED where its numbers left their range.
    """
    stopped, began = False, time.monotonic()
    run = session.run
    try:
        with Reporter.run(session.experiment) as reporter, interrupts() as interrupted:
            for event in session.events:
                reporter.take(event)
                if rows and isinstance(event, Outcomes):
                    for row in event.rows:
                        click.echo(json.dumps(plain(row)))
                if interrupted[0] and reporter.at_rest:
                    stopped = True
                    session.close()
                    break
    except RuntimeError as error:
        raise RunError("The run failed: {reason}", reason=str(error)) from error
    if stopped:
        click.echo(f"Stopped. To continue: {command()} resume {run.folder}" if run else "Stopped.", err=True)
        raise SystemExit(130)
    if rows:
        click.echo(json.dumps(plain(reporter.metrics)))
        return
    if as_json:
        # Where the disk was full there is no result to read, but there is one to tell.
        kept = run.result() if run else None
        seconds = run.info().seconds if run else time.monotonic() - began
        made = result(
            session.experiment.id, session.params.to_json(), session.context.device, reporter.metrics, seconds
        )
        click.echo(json.dumps(kept or made))
    else:
        for key, value in reporter.metrics.items():
            numbers = value if isinstance(value, list) else [value]
            click.echo(f"{key:<20} {' '.join(f'{number:.7g}' for number in numbers)}")
        if run:
            click.echo(f"kept in {run.folder}")
    if reporter.diverged:
        raise SystemExit(DIVERGED)


@contextmanager
def interrupts() -> Iterator[list[bool]]:
    """Turn the first Ctrl-C into a wish that is looked at between two steps; a second one interrupts at once."""
    wish = [False]

    def remember(_signal: int, _frame: FrameType | None) -> None:
        if wish[0]:
            raise KeyboardInterrupt
        wish[0] = True

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)


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
