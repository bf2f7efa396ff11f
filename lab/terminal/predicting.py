"""The command that asks a trained network about pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from lab.core.text import LabError
from lab.terminal.driving import said

PHOTOGRAPHS = "transfer.photographs"
"""Its runs keep a head that answers whole pictures; all others read one character."""


@click.command()
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
