"""Commands about data sets and the weights of trained networks: list, import, download."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from lab.core.text import DataError
from lab.running import sessions
from lab.terminal.driving import interrupts, said
from lab.terminal.reporting import Reporter


@click.group(invoke_without_command=True)
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
