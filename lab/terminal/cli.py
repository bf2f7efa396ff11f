"""The command line: the experiments of the window, without a screen."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.table import Table

from lab.core.catalogue import experiment, experiments
from lab.core.command import command
from lab.core.options import describe, read_options
from lab.core.params import ParamError, Params
from lab.core.reading import ReadingError, read_json
from lab.core.text import DataError, LabError, RunError
from lab.running import sessions
from lab.running.device import cores
from lab.terminal.driving import drive, interrupts, said
from lab.terminal.kept import compare, export_run, fork, list_runs
from lab.terminal.reporting import Reporter

PHOTOGRAPHS = "transfer.photographs"
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


@cli.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--model", default="digits", show_default=True, help="digits, letters, or the folder of a run.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
def predict(paths: tuple[str, ...], model: str, as_json: bool) -> None:
    """Recognise images: files or folders, of any size; of digits dark on light or light on dark."""
    from lab.data.drawing import image_files
    from lab.data.finding import read_digit

    with said():
        files = image_files(paths)
        from lab.running.classifier import Recogniser, experiment_of, load_model

        if experiment_of(model) == PHOTOGRAPHS:
            _predict_photographs(files, Path(model).expanduser(), as_json)
        recogniser = Recogniser(load_model(model))
    failed = False
    for path in files:
        line: dict[str, Any] = {"path": str(path), "label": None, "probabilities": None}
        try:
            found = read_digit(path)
        except LabError as error:
            failed = True
            click.echo(str(error), err=True)
            line["error"] = str(error)
        else:
            if found.words is not None or found.image is None:
                line["verdict"], line["digits"] = str(found.words), found.count
            else:
                answer = recogniser.judge(found.image)
                line["label"] = answer.label
                line["probabilities"] = [round(float(value), 6) for value in answer.probabilities]
                line["verdict"], line["sure"] = str(answer.verdict), answer.sure
        click.echo(json.dumps(line) if as_json else _prediction(line, recogniser.model.classes))
    raise SystemExit(2 if failed else 0)


@cli.group(invoke_without_command=True)
@click.pass_context
def data(context: click.Context) -> None:
    """List, import and download data sets."""
    if context.invoked_subcommand is None:
        context.invoke(list_data)


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_data(as_json: bool = False) -> None:
    """List the data sets and trained networks: which are here, and where the others come from."""
    from lab.data import wine
    from lab.nets.pretrained.kept import at_hand, source_of

    store = sessions.data_store()
    tables = []
    # What is missing or damaged is said by the pages that ask for it.
    with suppress(DataError):
        tables.append(wine.info(wine.load("quality", store)))
    rows = [
        {
            "name": info.name,
            "title": str(info.title),
            "train": info.train_count,
            "test": info.test_count,
            "shape": info.shape,
            "installed": info.installed,
            "origin": info.origin.value,
            "source": str(info.source),
            "licence": str(info.licence),
            "problem": str(info.problem) if info.problem else None,
        }
        for info in [*store.available(), *tables]
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    _list_rows(rows)
    for name in at_hand():
        with said():
            click.echo(f"{name:<18} {'trained network':<16}  {'here':<9} {source_of(name)}")


def _list_rows(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        here = "here" if row["installed"] else "not here"
        click.echo(f"{row['name']:<18} {row['train']:>7,} + {row['test']:>6,}  {here:<9} {row['title']}")
        click.echo(f"{'':<18} {row['problem'] or row['source']}")


@data.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="Which data set it is, where that cannot be seen from the files.")
def import_data(path: Path, name: str | None) -> None:
    """Import images with labels from a folder or file, for instance on a USB stick; print how many, and a few of them.

    Lines of a label and 784 pixels, as in mnist_train_small.csv, plain or .gz; an .npz with x_train, y_train, x_test
    and y_test, as Keras's mnist.npz, or of Descent; a folder with a folder of images for each class; IDX files, plain
    or .gz; CIFAR-10, packed or unpacked; EMNIST's gzip.zip; winequality-red.csv. Or weights that torchvision publishes,
    as resnet18-f37072fd.pth: a file, or a folder of such files.
    """
    from lab.data.importing import import_path
    from lab.data.sheet import in_letters
    from lab.nets.pretrained.published import has_weights

    with said():
        if has_weights(path):
            from lab.nets.pretrained.importing import import_weights

            click.echo(str(import_weights(path)))
            return
        store = sessions.data_store()
        info = import_path(path, store, name)
        if len(info.shape) == 1:
            click.echo(f"{info.name}: {info.train_count:,} rows. {info.source}")
            return
        click.echo(f"{info.name}: {info.train_count:,} + {info.test_count:,} images. {info.source}")
        click.echo(f"classes: {', '.join(info.classes)}")
        for note in info.notes:
            click.echo(str(note))
        found = store.load(info.name)
        click.echo(f"\n{in_letters(found.train, found.classes)}")
        if store.sheet(info.name).is_file():
            click.echo(f"\npicture: {store.sheet(info.name)}")


@data.command("download")
@click.argument("name")
def download_data(name: str) -> None:
    """Download a data set by its NAME, see data list, or the weights of a network of torchvision, as resnet18."""
    from lab.data.downloading import download
    from lab.nets.zoo.catalogue import NETWORKS

    with said(), Reporter.bytes() as report, interrupts() as interrupted:
        if name in NETWORKS:
            from lab.nets.pretrained.importing import download_weights

            came = download_weights(name, report, lambda: bool(interrupted[0]))
            click.echo(str(came))
            return
        info = download(name, sessions.data_store(), report, lambda: bool(interrupted[0]))
    click.echo(f"{info.name}: {info.train_count:,} + {info.test_count:,} images. {info.source}")


for _command in (list_runs, fork, compare, export_run):
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


def _predict_photographs(files: Sequence[Path], folder: Path, as_json: bool) -> NoReturn:
    """Say what a head that was trained on pictures makes of others, and leave with a status."""
    from lab.running.runs import MODEL
    from lab.topics.transfer.photographs.figures import asked_file
    from lab.topics.transfer.photographs.kept import KeptHead

    head, failed = KeptHead(folder / MODEL), False
    for path in files:
        line: dict[str, Any] = {"path": str(path), "label": None, "probabilities": None}
        try:
            shares = head.shares(asked_file(str(path)))
        except LabError as error:
            failed, line["error"] = True, str(error)
            click.echo(str(error), err=True)
        else:
            line["label"] = head.classes[int(shares.argmax())]
            line["probabilities"] = [round(float(value), 6) for value in shares]
            line["verdict"] = ""
        click.echo(json.dumps(line) if as_json else _prediction(line, head.classes))
    raise SystemExit(2 if failed else 0)


def _prediction(line: dict[str, Any], classes: tuple[str, ...]) -> str:
    if line["label"] is None:
        return f"{line['path']}  {line.get('error') or line['verdict']}"
    shares = "  ".join(
        f"{name} {value:.1%}" for name, value in zip(classes, line["probabilities"], strict=True) if value >= 0.001
    )
    return f"{line['path']}  {line['label']}  {shares}  {line['verdict']}".rstrip()
