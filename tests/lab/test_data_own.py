"""One's own data: what is read, counted again by Python itself, and which experiments can use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lab.core.catalogue import experiment
from lab.core.events import Event, ImageRows, Metrics, made
from lab.core.examples import Examples
from lab.core.figures import Bars, Table
from lab.core.numbers import check
from lab.core.text import LabError
from lab.data.importing import import_path
from lab.data.store import DataStore
from lab.data.tables.own import OwnDataParams
from lab.topics.data.own import EXAMPLE, Own, OwnParams
from resources.makers.table import made as made_again


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "store")


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Make a folder of images: three classes, of 10, 20 and 30."""
    random = np.random.default_rng(0)
    for place, name in enumerate(("cats", "dogs", "fish")):
        folder = tmp_path / "pets" / name
        folder.mkdir(parents=True)
        for number in range(10 * (place + 1)):
            image = np.zeros((40, 30), np.uint8)
            image[5 : 15 + 5 * place, 8:20] = random.integers(150, 255)
            Image.fromarray(image).save(folder / f"{number}.png")
    return tmp_path / "pets"


def shown(store: DataStore, **values: Any) -> dict[str, Any]:
    """Return the events of a page, by kind or name."""
    page = Own()
    page.data = store
    return {_name(event): event for event in made(page.compute(OwnParams(**values)))}


def _name(event: Event) -> str:
    return getattr(event, "name", "") or type(event).__name__


def links(table: Table) -> dict[str, dict[str, str]]:
    """Return what opens, with which texts."""
    cells = [row[0] for row in table.rows]
    return {cell.link.experiment: dict(cell.link.texts) for cell in cells if cell.link is not None}


def told(table: Table) -> dict[str, str]:
    """Return what is said of each experiment."""
    return {str(row[1].value): str(row[2].value) for row in table.rows}


def test_the_example_is_what_its_maker_makes() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == made_again()


def test_the_example_is_read_and_said(store: DataStore) -> None:
    events = shown(store)
    columns: Table = events["columns"]
    assert [str(row[2].value) for row in columns.rows] == ["ignored"] * 2 + ["feature"] * 3 + ["label"]
    assert [row[3].value for row in columns.rows] == [0, 0, 2, 6, 1, 0]
    classes: Bars = events["classes"]
    assert [panel.values.sum() for panel in classes.panels] == [89, 22]
    rows: Examples = events["rows"]
    assert rows.features.shape == (111, 4) and rows.trained.sum() == 89
    metrics: Metrics = events["Metrics"]
    assert metrics.values == pytest.approx(
        {"rows": 120, "columns": 6, "missing": 9, "used": 111, "features": 4, "classes": 3, "largest_class": 40 / 111,
         "train": 89, "test": 22}
    )  # fmt: skip
    assert "this is an example" in str(events["read"].message)


@pytest.mark.parametrize(
    "values",
    [{}, {"missing": "mean"}, {"roles": "hairs: label, length: feature"}, {"roles": "kind: label, width: feature"}],
)
def test_python_counts_the_same(store: DataStore, values: dict[str, Any]) -> None:
    page = Own()
    page.data = store
    for row in check(page.numbers(OwnParams(**values))).rows:
        assert row[-1].mark == "good", row


@pytest.mark.parametrize(
    "text",
    [
        "a;b;c\n1,5;x;u\n2,5;;v\n3,5;y;u\n4;x;v\n",
        "1.5\t2\n2.5\t1\n3.5\t2\n4.5\t1\n",
        "# said\na,b\n1,u\n2,v\n3,u\n4,v\n",
    ],
)
def test_tables_of_others_are_counted_the_same_or_not_at_all(store: DataStore, tmp_path: Path, text: str) -> None:
    file = tmp_path / "own table.csv"
    file.write_text(text, encoding="utf-8")
    page = Own()
    page.data = store
    assert all(row[-1].mark == "good" for row in check(page.numbers(OwnParams(file=str(file)))).rows)
    assert "uses" in shown(store, file=str(file))


def test_each_experiment_that_opens_takes_the_table(store: DataStore) -> None:
    found = links(shown(store)["uses"])
    assert {"ann.playground", "overfitting.cross_validation"} <= set(found)
    for name, texts in found.items():
        params = experiment(name).params.from_texts(texts)
        assert isinstance(params, OwnDataParams)
        assert len(params.examples().class_names) == 3, name


def test_an_experiment_that_cannot_take_it_says_why(store: DataStore) -> None:
    table = shown(store, roles="length: feature, kind: label")["uses"]
    assert "ann.playground" not in links(table) and "overfitting.cross_validation" in links(table)
    assert "features chosen are length; 2 are needed" in told(table)["ann.playground"]


def test_a_table_without_classes_is_shown_with_what_is_wrong(store: DataStore, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("x,kind\n1.5,a\n2.5,a\n3.5,a\n", encoding="utf-8")
    events = shown(store, file=str(file))
    assert len(events["columns"].rows) == 2 and "one class" in str(events["read"].message)
    assert events["Metrics"].values["rows"] == 3 and not links(events["uses"])
    # Nothing of other data stays beside it.
    assert not events["classes"].labels and not len(events["rows"].labels) and not events["images"].rows
    with pytest.raises(LabError, match="missing"):
        Own().validate(OwnParams(file=str(tmp_path / "missing.csv")), store)


def test_a_folder_is_looked_into_and_nothing_is_kept(store: DataStore, pets: Path) -> None:
    events = shown(store, kind="images", folder=str(pets))
    images: ImageRows = events["images"]
    assert [str(name) for name, _ in images.rows] == ["cats", "dogs", "fish"]
    assert all(len(part) <= 12 and part.shape[1:] == (28, 28) for _, part in images.rows)
    assert events["Metrics"].values["train"] == 54 and events["Metrics"].values["test"] == 6
    assert events["rows"].features.shape == (60, 2) and not events["columns"].rows
    assert not store.info("own").installed
    assert "Nothing was changed" in str(events["read"].message)
    said = told(events["uses"])
    assert "import first" in said["ann.mnist"] and "needs 10 classes" in said["data.save"]


def test_imported_images_open_where_their_classes_fit(store: DataStore, pets: Path) -> None:
    import_path(pets, store)
    for folder in ("", str(pets)):
        table = shown(store, kind="images", folder=folder)["uses"]
        found = links(table)
        assert {"cnn.mnist", "ann.mnist", "transforms.dataset"} <= set(found) and "data.save" not in found
        for name, texts in found.items():
            experiment(name)().validate(experiment(name).params.from_texts(texts), store)
    # Other images than those that were imported.
    (pets / "fish" / "0.png").unlink()
    (pets / "cats" / "0.png").unlink()
    assert not links(shown(store, kind="images", folder=str(pets))["uses"])
    page = Own()
    page.data = store
    assert all(row[-1].mark == "good" for row in check(page.numbers(OwnParams(kind="images"))).rows)


def test_without_images_it_is_said_how_they_come_in(store: DataStore) -> None:
    with pytest.raises(LabError, match="Import them"):
        Own().validate(OwnParams(kind="images"), store)
    page = Own()
    page.data = store
    answer = {_name(event): event for event in made(page.computed(OwnParams(kind="images")))}
    assert not answer["columns"].rows and not answer["classes"].labels and "Import them" in str(answer["shown"].message)
    with pytest.raises(LabError, match="does not exist"):
        Own().validate(OwnParams(kind="images", folder="/nowhere/at all"), store)
