"""The wine of the course where the user has it: read, imported, refused with a sentence, and used by the pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from lab.core.code import Code
from lab.core.events import Metrics, made
from lab.core.experiment import Context
from lab.core.text import DataError
from lab.data import wine
from lab.data.importing import import_path
from lab.data.store import DataStore
from lab.terminal.cli import cli
from lab.topics.metaparameters.activations import WineActivations, WineActivationsParams
from tests.lab.contracts import prints_its_metrics

NAMES = (
    "fixed acidity", "volatile acidity", "citric acid", "residual sugar", "chlorides", "free sulfur dioxide",
    "total sulfur dioxide", "density", "pH", "sulphates", "alcohol", "quality",
)  # fmt: skip


def made_up(path: Path, rows: int = 80, **changes: float) -> Path:
    """Write a file in the form of UCI's: semicolons, quoted names, two rows with too much sulfur."""
    generator = np.random.default_rng(3)
    values = np.round(generator.normal(10, 2, (rows, 11)), 2)
    values[:, 6] = np.round(generator.uniform(20, 150, rows), 1)
    values[:2, 6] = 200.0, 289.0
    quality = np.where(values[:, 10] > 10, 6, 5)
    lines = [";".join(f'"{name}"' for name in NAMES)]
    lines += [
        ";".join([*(f"{value:g}" for value in row), str(mark)]) for row, mark in zip(values, quality, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_without_the_file_the_pages_use_the_table_of_scikit_learn_and_say_so(tmp_path: Path) -> None:
    store = DataStore(tmp_path)
    assert wine.chosen("auto", store) == "breast_cancer"
    page, params = WineActivations(), WineActivationsParams(epochs=1)
    list(page.preview(params, store))
    assert "Breast cancer" in str(page.numbers(params, page.learner(params, store)).table.note)
    with pytest.raises(DataError, match=r"winequality-red\.csv is not here.*data import"):
        wine.load("quality", store)


def test_a_handful_of_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="8 rows are too few"):
        import_path(made_up(tmp_path / "red.csv", rows=10), DataStore(tmp_path / "data"))


def test_where_the_file_is_the_pages_use_the_network_of_the_course(tmp_path: Path) -> None:
    store = DataStore(tmp_path / "data")
    info = import_path(made_up(tmp_path / "red.csv"), store)
    assert (info.name, info.train_count, info.shape) == ("winequality-red", 78, (11,))
    recipe = WineActivations().recipe(WineActivationsParams(), store)
    assert recipe.plan.shapes == ((11, 16), (16, 32), (32, 32), (32, 1))
    assert recipe.loss == "bce_logits"
    assert recipe.inputs.shape == (70, 11)
    assert set(store.used) == {"winequality-red"}, "a run remembers what it learned from"
    table = wine.load("quality", store)
    rows = np.genfromtxt(tmp_path / "red.csv", delimiter=";", skip_header=1)
    rows = rows[rows[:, 6] < 200]
    np.testing.assert_array_equal(table.features, rows[:, :11])
    np.testing.assert_array_equal(table.target, (rows[:, 11] > 5).astype(int))
    assert "80 rows, of which 2" in str(table.source)


def test_from_the_command_line_it_is_imported_and_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCENT_HOME", str(tmp_path / "home"))
    said = CliRunner().invoke(cli, ["data", "import", str(made_up(tmp_path / "winequality-red.csv"))])
    assert said.exit_code == 0, said.output
    assert "winequality-red: 78 rows" in said.output
    assert "Quality of red wine (78 rows)" in CliRunner().invoke(cli, ["data", "list"]).output


def test_the_program_reads_the_same_file_and_prints_the_same_numbers(tmp_path: Path) -> None:
    store = DataStore(tmp_path)
    made_up(wine.path(store))
    params, page = WineActivationsParams(epochs=5), WineActivations()
    code = next(event for event in made(page.preview(params, store)) if isinstance(event, Code))
    last = list(page.run(params, Context("cpu", store)))[-1]
    assert isinstance(last, Metrics)
    prints_its_metrics(code.source, last.values, 1e-9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a;b\n1;2\n3;4\n", "is not winequality-red.csv: that has 12 columns"),
        (";".join(NAMES) + "\n" + ";".join(["1"] * 12) + "\n" + ";".join(["2"] * 12) + "\n", "of one class"),
        (";".join(NAMES) + "\n" + ";".join(["1"] * 11) + ";\n" + ";".join(["2"] * 12) + "\n", "a number in every row"),
    ],
)
def test_what_is_something_else_is_refused_and_not_kept(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "other.csv").write_text(text, encoding="utf-8")
    store = DataStore(tmp_path / "data")
    with pytest.raises(DataError, match=said):
        wine.import_wine(tmp_path / "other.csv", store)
    assert not wine.path(store).exists()


def test_copies_on_both_sides_of_a_split_are_counted() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [5.0, 6.0]])
    assert wine.copies(rows, np.array([0, 1]), np.array([2, 3])) == 1
