"""Commands about runs that are kept: list, fork, compare, export."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import click

from lab.core.catalogue import experiment, read_params
from lab.core.params import ParamError
from lab.core.text import LabError, RunError
from lab.running import comparing, sessions
from lab.running.comparing import KeptRun
from lab.running.exporting import KINDS, export
from lab.running.recording import plain
from lab.running.run_info import INFO
from lab.running.runs import Run
from lab.terminal.driving import drive, said

SHOWN = 20
"""Examples that are named of those that one of two runs alone had right."""


def named(name: str) -> Run:
    """Return the run in a folder, or of the user's runs the one that is called so; a part that only one has is enough.

    "last" is the newest. Raises RunError.
    """
    if (Path(name) / INFO).is_file() or Path(name).exists():
        return Run(Path(name))
    store = sessions.run_store()
    folders = sorted(path.parent for path in store.folder.glob(f"*/{INFO}"))
    if name == "last" and folders:
        return Run(folders[-1])
    found = [folder for folder in folders if folder.name == name] or [one for one in folders if name in one.name]
    if len(found) == 1:
        return Run(found[0])
    if not found:
        raise RunError("There is no run {name}, neither as a folder nor among the runs that are kept.", name=name)
    raise RunError(
        "{count} runs are called like {name}: {allowed}. Say more of the name.",
        count=len(found), name=name, allowed=", ".join(folder.name for folder in found[:5]),
    )  # fmt: skip


@click.command("runs")
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_runs(words: tuple[str, ...], as_json: bool) -> None:
    """List the runs that are kept, newest first; with WORDS those in which each is found: the name of the run, its
    experiment, its title, how it stands, or a parameter as in learning_rate=0.01.
    """
    with said():
        rows = [row for row in map(_row, sessions.run_store().found()) if _has(row, words)]
        if as_json:
            click.echo(json.dumps(rows))
            return
        for row in rows:
            parent = f"  from {row['parent']['run']} at {row['parent']['step']}" if row.get("parent") else ""
            click.echo(f"{row['run']}  {row['status']}  {row.get('headline') or row.get('problem') or ''}{parent}")


def _row(found: tuple[Run, Any]) -> dict[str, Any]:
    run, info = found
    if isinstance(info, LabError):
        return {"run": run.folder.name, "status": "unreadable", "problem": str(info)}
    metrics = (run.result() or {}).get("metrics", {})
    row = {
        "run": run.folder.name, "experiment": info.experiment, "status": info.status, "created": info.created,
        "seconds": info.seconds, "params": info.params, "metrics": metrics,
        "parent": None if info.parent is None else {"run": info.parent.run, "step": info.parent.step},
    }  # fmt: skip
    try:
        chosen = experiment(info.experiment)
    except LabError as error:
        return row | {"problem": str(error)}
    row["title"] = chosen.title
    said_of = None if chosen.headline is None else chosen.headline.said(metrics)
    if said_of is not None:
        row["headline"] = str(said_of)
    return row


def _has(row: dict[str, Any], words: tuple[str, ...]) -> bool:
    values = [f"{name}={_shown(value)}" for name, value in row.get("params", {}).items()]
    texts = [str(row.get(name, "")) for name in ("run", "experiment", "title", "status")]
    return all(any(word.lower() in text.lower() for text in (*texts, *values)) for word in words)


@click.command("fork")
@click.argument("run")
@click.option("--at", "step", type=click.IntRange(0), help="A step whose state is kept; by default the newest.")
@click.option("--set", "settings", multiple=True, help="NAME=VALUE; several may be given.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the new run; by default one of its own.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def fork(run: str, step: int | None, settings: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Begin a new run at a kept step of RUN, with other parameters; RUN itself is only read.

    RUN is a folder, the name of a run or a part of it, or "last"; runs lists them. Without --set the new run ends as
    RUN does, bit for bit.
    """
    with said():
        parent = named(run)
        info, steps = parent.info(), parent.checkpoints()
        if not steps:
            raise RunError("The run in {folder} keeps no state to go on from.", folder=str(parent.folder))
        params = read_params(info.experiment, info.params)
        texts = {}
        for setting in settings:
            name, equals, value = setting.partition("=")
            if not equals:
                raise ParamError("--set", "{field}: {value} is not NAME=VALUE", value=setting)
            texts[name.strip().removeprefix("--").replace("-", "_")] = value
        changed = type(params).from_texts({**params.to_texts(), **texts})
        changes = {name: getattr(changed, name) for name in texts}
        drive(sessions.fork(parent.folder, steps[-1] if step is None else step, changes, out), as_json)


@click.command("compare")
@click.argument("runs", nargs=-1, required=True)
@click.option("--curves", is_flag=True, help="With --json: the curves of each run too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def compare(runs: tuple[str, ...], curves: bool, as_json: bool) -> None:
    """Compare kept RUNS of any experiments: which parameters differ, how they ended, runs of several seeds as mean and
    interval; of two, also how far their weights lie apart, and which examples only one of them had right.
    """
    with said():
        found = [comparing.read_run(named(name)) for name in runs]
        if len(found) < 2:
            raise ParamError("RUNS", "{field}: at least two are compared")
        made = _compared(found)
        if not as_json:
            _tell(found, made)
            return
        if curves:
            for one, row in zip(found, made["runs"], strict=True):
                row["curves"] = [[e.name, e.step, plain(e.values)] for e in one.run.history(1 << 53)]
        click.echo(json.dumps(made))


def _compared(found: list[KeptRun]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "runs": [
            {"run": one.name, "experiment": one.info.experiment, "status": one.info.status, "step": one.step,
             "seconds": one.info.seconds, "metrics": dict(one.metrics)}
            for one in found
        ],
        "parameters": {name: list(values) for name, values in comparing.differences(found).items()},
        "metrics": {name: list(values) for name, values in comparing.shared_metrics(found).items()},
        "seeds": [
            {"runs": list(one.runs), "seeds": list(one.seeds), "metrics": {
                name: {"mean": mean, "low": low, "high": high} for name, (mean, low, high) in one.metrics.items()}}
            for one in comparing.folded(found)
        ],
    }  # fmt: skip
    if len(found) == 2:
        first, second = found
        made["weights"] = comparing.weight_changes(first, second)
        answers = comparing.compared_answers(first, second, sessions.data_store())
        made["answers"] = None if answers is None else {
            "both": answers.both, "only_first": list(answers.first), "only_second": list(answers.second),
            "neither": answers.neither,
        }  # fmt: skip
    return made


def _tell(found: list[KeptRun], made: dict[str, Any]) -> None:
    for number, one in enumerate(found, 1):
        click.echo(f"{number}  {one.name}  {one.info.status}, step {one.step}")
    for title, rows in (("parameters that differ", made["parameters"]), ("metrics", made["metrics"])):
        click.echo(f"\n{title}" if rows else f"\n{title}: none")
        for name, values in rows.items():
            click.echo(f"  {name:<24} " + "  ".join(f"{_shown(value):>12}" for value in values))
    for group in made["seeds"]:
        click.echo(f"\nseeds {', '.join(map(str, group['seeds']))}: mean, and its interval of 95 %")
        for name, values in group["metrics"].items():
            low, high = _shown(values["low"]), _shown(values["high"])
            click.echo(f"  {name:<24} {_shown(values['mean']):>12}  {low} … {high}")
    if made.get("weights"):
        click.echo("\nweights: how far the second lies from the first, as a share of its length")
        for name, value in made["weights"].items():
            click.echo(f"  {name:<24} {'not comparable' if value is None else _shown(value)}")
    if made.get("answers"):
        right = made["answers"]
        click.echo(f"\nexamples right: both {right['both']}, neither {right['neither']}")
        for name, places in (("only the first", right["only_first"]), ("only the second", right["only_second"])):
            more = " …" if len(places) > SHOWN else ""
            click.echo(f"  {name}: {len(places)}  {' '.join(map(str, places[:SHOWN]))}{more}".rstrip())


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else str(value)
    if isinstance(value, list | tuple):
        return "; ".join(map(_shown, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@click.command("export")
@click.argument("run")
@click.option("--to", "kind", type=click.Choice(list(KINDS)), required=True, help="What it is made into.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A folder, new or empty.")
def export_run(run: str, kind: str, out: Path) -> None:
    """Take RUN home: as a program in PyTorch with its data, which needs no Descent and prints the same metrics; as a
    notebook with lesson, program and output; its curves as tables; its weights as a state_dict.

    Nothing in it names a folder of this computer.
    """
    with said():
        for path in export(named(run), kind, out, sessions.data_store()):
            click.echo(str(path))
