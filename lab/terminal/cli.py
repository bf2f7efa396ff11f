"""The command line: the experiments of the window, without a screen."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table

from lab.core.catalogue import experiment, experiments
from lab.core.command import command
from lab.core.options import describe, read_options
from lab.core.params import ParamError, Params
from lab.core.reading import ReadingError, read_json
from lab.core.text import RunError
from lab.running import sessions
from lab.running.device import cores
from lab.terminal.data import data
from lab.terminal.driving import drive, said
from lab.terminal.kept import compare, export_run, fork, list_runs
from lab.terminal.predicting import predict

_OPEN = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@click.group(
    help="Descent: learn deep learning by experiment. Without a command, the window opens.",
    epilog=f"{command()} gallery OUT saves a picture of each page of the window; gallery --help tells more.",
)
def cli() -> None:
    """Hold the commands together."""


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_experiments(as_json: bool) -> None:
    """List the experiments."""
    rows = [{"id": name, "title": chosen.title} for name, chosen in experiments().items()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['id']:<20} {row['title']}")


@cli.command(context_settings=_OPEN)
@click.argument("name", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the run; by default one of its own.")
@click.option("--params", "file", type=click.Path(path_type=Path), help="JSON file of parameters to begin with.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
@click.option("--help", "wants_help", is_flag=True, help="Show the parameters of the experiment.")
@click.pass_context
def run(
    context: click.Context,
    name: str | None,
    out: Path | None,
    file: Path | None,
    as_json: bool,
    wants_help: bool,
) -> None:
    """Run an experiment: run NAME [--PARAMETER VALUE …]. run NAME --help lists its parameters.

    Ends with 0; with 2 when something is to be mended, 3 when the loss left the range of numbers, 4 when the end of the
    run could not be saved, and 130 after Ctrl-C, which saves it.
    """
    if name is None or name.startswith("--"):
        click.echo(context.get_help())
        raise SystemExit(0 if wants_help else 2)
    with said():
        chosen = experiment(name)
        if wants_help:
            _show_parameters(chosen.params)
            return
        params = _read_file(chosen.params, file) if file is not None else chosen.params()
        texts = read_options(chosen.params, context.args)
        if texts:
            params = chosen.params.from_texts({**params.to_texts(), **texts})
        drive(sessions.start(name, params, cores(), out), as_json)


@cli.command(context_settings=_OPEN)
@click.argument("name", required=False)
@click.option("--over", multiple=True, help="NAME=LOW:HIGH:COUNT[:log] or NAME=VALUE,VALUE; several may be given.")
@click.option("--repeats", default="1", show_default=True, help="Runs of each point, each with a seed of its own.")
@click.option("--seed", default="7", show_default=True, help="Where the seeds of the runs come from.")
@click.option("--backend", default="auto", show_default=True, help="auto, processes or dask.")
@click.option("--scheduler", default="", help="Address of a Dask scheduler, such as tcp://192.168.0.7:8786.")
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda, for ensembles.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the sweep; by default one of its own.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a run, and a last one for the sweep.")
@click.option("--help", "wants_help", is_flag=True, help="Show this.")
@click.pass_context
def sweep(
    context: click.Context,
    /,
    name: str | None,
    over: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    wants_help: bool,
    **texts: str,
) -> None:
    """Run an experiment over a grid: sweep NAME --over PARAMETER=… [--repeats N] [--PARAMETER VALUE …].

    It can be stopped with Ctrl-C and continued with resume.
    """
    if name is None or name.startswith("--") or wants_help:
        click.echo(context.get_help())
        raise SystemExit(0 if wants_help else 2)
    with said():
        if not over:
            raise ParamError("--over", "{field} is missing; write for instance --over learning_rate=0.001:0.1:20")
        chosen = experiment("sweeps.grid")
        texts |= {"experiment": name, "over": " & ".join(over), "settings": shlex.join(context.args)}
        params = chosen.params.from_texts({**chosen.params().to_texts(), **texts})
        drive(sessions.start("sweeps.grid", params, cores(), out), as_json, rows=as_json)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
@click.option("--changed-data", is_flag=True, help="Go on though the data are others than the run began with.")
def resume(folder: Path, as_json: bool, changed_data: bool) -> None:
    """Continue the run in FOLDER exactly where it was saved last."""
    with said():
        drive(sessions.resume(folder, changed_data), as_json)


for _command in (predict, data, list_runs, fork, compare, export_run):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its status."""
    cli(args=arguments, prog_name=command())
    raise SystemExit(0)


def _read_file(params: type[Params], file: Path) -> Params:
    try:
        raw = read_json(file)
    except (OSError, ReadingError) as error:
        reason = error.message if isinstance(error, ReadingError) else error.strerror
        raise RunError("{file} cannot be read as JSON: {reason}.", file=str(file), reason=reason) from error
    return params.from_json(raw["params"] if isinstance(raw, dict) and "params" in raw else raw)


def _show_parameters(params: type[Params]) -> None:
    table = Table("option", "default (allowed)", "what it does", box=None)
    for row in describe(params):
        table.add_row(*row)
    Console(file=sys.stdout).print(table)
