"""Roles of the columns, and the examples that a network learns from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from lab.core.options import read_options
from lab.core.params import ParamError, choice, needed
from lab.core.specs import When
from lab.core.text import DataError
from lab.data.tables.examples import Examples, make_examples
from lab.data.tables.own import OwnDataParams
from lab.data.tables.roles import Limits, Role, default_roles, read_roles, write_roles
from lab.data.tables.table import TableFile, read_table

FLOWERS = "height,width,colour,kind\n1,5,red,a\n2,6,blue,b\n3,8,red,a\n4,7,green,b\n"
GAPS = "x,y,colour,kind\n1,5,red,a\n?,6,blue,b\n3,,red,a\n4,7,NA,b\n8,6,blue,\n9,1,blue,a\n2,3,red,b\n7,7,blue,b\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def table(folder: Path, text: str) -> TableFile:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return read_table(folder / "t.csv")


def own(folder: Path, text: str, **changes: object) -> OwnDataParams:
    table(folder, text)
    return OwnDataParams(file=str(folder / "t.csv")).replace(**changes)


def made(folder: Path, text: str, **changes: object) -> Examples:
    return own(folder, text, **changes).examples()


def test_iris_comes_as_scikit_learn_has_it(folder: Path) -> None:
    iris = load_iris()
    lines = [
        ",".join(map(repr, row)) + f",{iris.target_names[k]}"
        for row, k in zip(iris.data.tolist(), iris.target, strict=True)
    ]
    text = "\n".join([",".join([*iris.feature_names, "species"]), *lines])
    plain, scaled = made(folder, text, standardise=False), made(folder, text)
    np.testing.assert_array_equal(plain.features, iris.data)
    np.testing.assert_array_equal(plain.labels, iris.target)
    assert plain.labels.dtype == np.int64 and plain.class_names == tuple(iris.target_names)
    assert plain.feature_names == tuple(iris.feature_names) and plain.label_name == "species"
    expected = StandardScaler().fit(iris.data)
    np.testing.assert_allclose(scaled.features, expected.transform(iris.data), rtol=0, atol=1e-12)
    np.testing.assert_allclose(scaled.means, expected.mean_)
    np.testing.assert_allclose(scaled.deviations, expected.scale_)
    assert str(scaled.remark) == (
        "t.csv: 150 examples, 4 features; “species” has 3 classes: setosa 50, versicolor 50, virginica 50."
    )


def test_a_category_becomes_a_feature_for_each_of_its_values(folder: Path) -> None:
    found = made(folder, FLOWERS, standardise=False)
    assert found.feature_names == ("height", "width", "colour = blue", "colour = green", "colour = red")
    assert found.features[:, 2:].tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_rows_with_gaps_are_left_out_or_filled(folder: Path) -> None:
    out = made(folder, GAPS, standardise=False)
    assert out.rows.tolist() == [0, 5, 6, 7]
    assert "4 rows with missing values are left out." in str(out.remark)
    filled = made(folder, GAPS, standardise=False, missing="mean")
    assert filled.rows.tolist() == [0, 1, 2, 3, 5, 6, 7]
    x = [1, 3, 4, 9, 2, 7]
    assert filled.features[1, 0] == pytest.approx(np.mean(x))
    assert filled.features[3, 2:].tolist() == pytest.approx([3 / 6, 3 / 6])
    assert "1 row with missing values is left out. Missing values that became the mean of their column: 3." in str(
        filled.remark
    )


def test_numbers_can_be_learnt_and_whole_numbers_can_be_classes(folder: Path) -> None:
    text = "x,y\n1,10\n2,20\n4,10\n3,20\n"
    classes = made(folder, text)
    assert classes.class_names == ("10", "20") and classes.labels.tolist() == [0, 1, 0, 1]
    numbers = make_examples(
        read_table(folder / "t.csv"), {"x": "feature", "y": "label"}, "mean", True, Limits(task="numbers")
    )
    assert numbers.targets.tolist() == [10, 20, 10, 20] and numbers.class_names == () and len(numbers.labels) == 0
    assert str(numbers.remark) == "t.csv: 4 examples, 1 feature; the numbers of “y” are learnt."


def test_defaults_leave_out_what_says_nothing(folder: Path) -> None:
    names = "".join(f"{k},2024-01-{k:02d},{k * k},5,,name{k},{'ab'[k % 2]},{k % 3}\n" for k in range(1, 26))
    found = table(folder, "id,day,x,same,empty,name,kind,n\n" + names)
    assert default_roles(found) == {
        "id": "ignored", "day": "ignored", "x": "feature", "same": "ignored",
        "empty": "ignored", "name": "ignored", "kind": "label", "n": "feature",
    }  # fmt: skip
    assert "Not used: id, day, same, empty, name (25 different texts, such as “name1”)." in str(
        made(folder, (folder / "t.csv").read_text()).remark
    )


def test_the_label_by_default_is_what_looks_like_one(folder: Path) -> None:
    rows = [f"{k % 3},{k / 7},{k * k}" for k in range(1, 31)]
    found = table(folder, "\n".join(["kind,x,y", *rows]))
    assert list(default_roles(found).values()) == ["label", "feature", "feature"]
    assert list(default_roles(found, Limits(task="numbers")).values()) == ["feature", "feature", "label"]
    found = table(folder, FLOWERS)
    assert list(default_roles(found, Limits(task="numbers")).values()) == ["feature", "label", "feature", "feature"]


def test_defaults_take_no_more_features_than_fit(folder: Path) -> None:
    found = table(folder, FLOWERS)
    assert list(default_roles(found, Limits(most=2)).values()) == ["feature", "feature", "ignored", "label"]
    assert list(default_roles(found, Limits(most=1)).values()) == ["feature", "ignored", "ignored", "label"]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("", "fffl"),
        ("kind: label", "fffl"),
        ("colour: label", "fflf"),
        ("height: feature, colour: feature", "fifl"),
        ("colour: ignored", "ffil"),
        ("height: feature، colour: label", "fili"),
        ("  width :Feature , height:LABEL,", "lfii"),
    ],
)
def test_roles_are_read(folder: Path, text: str, roles: str) -> None:
    found = table(folder, FLOWERS)
    assert "".join(role[0] for role in read_roles(text, found).values()) == roles


@st.composite
def chosen(draw: st.DrawFn) -> tuple[list[str], list[Role]]:
    letters = st.text(st.sampled_from('ab :,،"é'), min_size=1, max_size=5).map(str.strip).filter(bool)
    names = draw(st.lists(letters, min_size=2, max_size=6, unique_by=lambda name: " ".join(name.split())))
    roles: list[Role] = draw(
        st.lists(st.sampled_from(["feature", "ignored"]), min_size=len(names), max_size=len(names))
    )
    label, feature = draw(st.permutations(range(len(names))))[:2]
    roles[label], roles[feature] = "label", "feature"
    return [" ".join(name.split()) for name in names], roles


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=chosen())
def test_roles_that_are_written_are_read(folder: Path, made: tuple[list[str], list[Role]]) -> None:
    names, roles = made
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    (folder / "t.csv").write_text(
        f"{header}\n" + "\n".join([",".join("12" * 10)[: 2 * len(names) - 1]] * 3), encoding="utf-8"
    )
    found = read_table(folder / "t.csv", header=True)
    assert found.names == tuple(names)
    assert list(read_roles(write_roles(dict(zip(names, roles, strict=True))), found).values()) == roles


DAYS = "day,x,kind\n2024-01-01,1,a\n2024-01-02,2,b\n2024-01-03,4,a\n2024-01-04,5,b\n"
WRONG: dict[str, tuple[str, dict[str, object], str, str]] = {
    "no file": ("", {"file": ""}, "file", "file: no file is chosen; choose a CSV file"),
    "a file that is not there": (FLOWERS, {"file": "/gone.csv"}, "file", "file: There is no file /gone.csv."),
    "a bad file": ("x,y\n1,2\n3\n", {}, "file", "file: t.csv, line 3, column 1: this line ends after its first cell"),
    "no role": (FLOWERS, {"roles": "height"}, "roles", "roles: “height” is not a role; write a name"),
    "an unknown role": (
        FLOWERS,
        {"roles": "height: input"},
        "roles",
        "roles: “input” is not a role of column “height”",
    ),
    "an unknown column": (
        FLOWERS,
        {"roles": "size: feature"},
        "roles",
        "roles: there is no column “size” in t.csv; its columns are height, width, colour, kind",
    ),
    "a column twice": (
        FLOWERS,
        {"roles": "width: label, width: feature"},
        "roles",
        "roles: column “width” is named twice",
    ),
    "two labels": (
        FLOWERS,
        {"roles": "width: label, kind: label"},
        "roles",
        "roles: “width” and “kind” are both the label",
    ),
    "no label": ("x,y\n1,5\n2,5\n", {"roles": "x: feature"}, "roles", "roles: t.csv: no column is the label"),
    "no feature": ("x,y\n1,5\n2,5\n", {}, "roles", "roles: t.csv: no column is a feature"),
    "a date as feature": (
        DAYS,
        {"roles": "day: feature"},
        "roles",
        "roles: t.csv, column 1 (“day”): this column holds dates, such as “2024-01-01”",
    ),
    "a constant feature": (
        "x,y,kind\n1,5,a\n2,5,b\n3,5,a\n4,5,b\n",
        {"roles": "y: feature"},
        "roles",
        "roles: t.csv, column 2 (“y”): this column is “5” in every row",
    ),
    "a feature that is constant where it counts": (
        "x,y,kind\n1,5,a\n2,5,b\n3,5,a\n?,6,b\n4,5,b\n",
        {},
        "roles",
        "roles: t.csv, column 2 (“y”): in the rows that are left this column has no two values that differ",
    ),
    "an empty feature": (
        "x,y,kind\n1,,a\n2,,b\n3,,a\n4,,b\n",
        {"roles": "y: feature"},
        "roles",
        "roles: t.csv, column 2 (“y”): all values of this column are missing",
    ),
    "gaps in every row": (
        "x,y,kind\n1,,a\n,2,b\n3,,a\n,4,b\n",
        {},
        "roles",
        "roles: t.csv: every row has a missing value in the columns that are used",
    ),
    "too many classes": (
        "x,y\n" + "".join(f"{k * k},{k / 2}\n" for k in range(21)),
        {},
        "roles",
        "roles: t.csv, column 2 (“y”): the label has 21 different values, and 20 classes are allowed",
    ),
    "one class left": (
        "x,kind\n1,a\n2,a\n?,b\n?,b\n",
        {},
        "roles",
        "roles: t.csv, column 2 (“kind”): all rows that are left are of one class, “a”",
    ),
    "a class of one": (
        "x,kind\n1,a\n2,b\n3,a\n\n4,c\n5,b\n",
        {},
        "roles",
        "roles: t.csv, line 6, column 2 (“kind”): “c” is the only example of its class in",
    ),
    "one class only": (
        "a,b,kind\n1,2,x\n3,4,x\n5,6,x\n7,8,x\n",
        {},
        "roles",
        "roles: t.csv, column 3 (“kind”): the label is “x” in every row, so there is one class, and two at least are "
        "needed. Add rows of another class, or choose another column as the label.",
    ),
    "one class only, among small whole numbers": (
        "label,a,b\n1,1,2\n1,2,1\n1,1,2\n1,2,1\n",
        {},
        "roles",
        "roles: t.csv, column 1 (“label”): the label is “1” in every row",
    ),
    "a label of one class that was chosen": (
        "a,b,kind\n1,2,x\n3,2,y\n5,2,x\n7,2,y\n",
        {"roles": "b: label"},
        "roles",
        "roles: t.csv, column 2 (“b”): the label is “2” in every row",
    ),
    "one row": (
        "a,b,kind\n1,2,x\n",
        {},
        "roles",
        "roles: t.csv, line 2 has one row only: 1, 2, x. Two classes with two rows each are needed at least; add rows.",
    ),
    "one row without a header": ("1,2,x\n", {}, "roles", "roles: t.csv, line 1 has one row only: 1, 2, x."),
    "no label, and what there is": (
        "x,y\n1,5\n2,5\n",
        {"roles": "x: feature"},
        "roles",
        "roles: t.csv: no column is the label; choose one. Its columns are x (1), y (5).",
    ),
    "no feature, and what there is": (
        "x,y\n1,5\n2,5\n",
        {},
        "roles",
        "roles: t.csv: no column is a feature; choose one at least. The label is “x”; its columns are x (1), y (5).",
    ),
    "too many categories": (
        "name,x,kind\n" + "".join(f"n{k},{k},{'ab'[k % 2]}\n" for k in range(201)),
        {"roles": "name: feature"},
        "roles",
        "roles: t.csv, column 1 (“name”): with a feature for each of its 201 categories there are more than 200",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_of_the_field_to_blame(folder: Path, name: str) -> None:
    text, changes, field, sentence = WRONG[name]
    (folder / "t.csv").write_text(text)
    params = OwnDataParams(file=str(folder / "t.csv")).replace(**changes)
    for _ in range(2):  # What is kept of the first time says the same.
        with pytest.raises(ParamError) as caught:
            params.examples()
        assert caught.value.field == field
        assert str(caught.value).startswith(sentence)


@dataclass(frozen=True, kw_only=True)
class Plane(OwnDataParams):
    limits: ClassVar[Limits] = Limits(2, 2, 6)


def test_an_experiment_says_how_many_features_it_takes(folder: Path) -> None:
    (folder / "t.csv").write_text(FLOWERS)
    params = Plane(file=str(folder / "t.csv"))
    assert params.examples().feature_names == ("height", "width")
    with pytest.raises(
        ParamError,
        match=r"t\.csv: features chosen are width; 2 are needed here, and these are 1\. The label is “kind”\. Change ",
    ):
        params.replace(roles="width: feature").examples()
    with pytest.raises(ParamError, match=r"column 3 .*of its 3 categories there are more than 2 features"):
        params.replace(roles="colour: feature").examples()


def test_a_text_cannot_be_learnt_as_a_number(folder: Path) -> None:
    with pytest.raises(DataError, match=r"t\.csv, column 4 \(“kind”\): a number is to be learnt here"):
        make_examples(
            table(folder, FLOWERS), {"width": "feature", "kind": "label"}, "mean", True, Limits(task="numbers")
        )


def test_a_file_that_changes_is_read_again(folder: Path) -> None:
    params = own(folder, FLOWERS)
    first = params.examples()
    assert params.examples() is first
    (folder / "t.csv").write_text(FLOWERS + "9,9,red,a\n")
    os.utime(folder / "t.csv", ns=(1, 1))
    assert len(params.examples().rows) == 5


def test_examples_are_shared_and_cannot_be_written_to(folder: Path) -> None:
    found = made(folder, FLOWERS)
    for array in (found.features, found.labels, found.targets, found.rows):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_command_line_and_json_hold_everything(folder: Path) -> None:
    params = own(folder, FLOWERS, roles="height: feature, kind: label", missing="mean", standardise=False)
    assert OwnDataParams.from_json(params.to_json()) == params
    words = ["--file", params.file, "--roles", params.roles, "--missing", "mean", "--no-standardise"]
    assert OwnDataParams.from_texts(read_options(OwnDataParams, words)) == params


@dataclass(frozen=True, kw_only=True)
class Chosen(OwnDataParams):
    own_when: ClassVar[When | None] = ("data", ("own",))

    data: str = choice("moons", {"moons": "Moons", "own": "Own"}, label="Data", help="What is learnt.", group="Data")


def test_a_table_may_matter_only_where_it_is_chosen() -> None:
    specs = Chosen.specs()
    assert needed(specs, {"data": "moons"}) == {"data"}
    assert needed(specs, {"data": "own"}) == {"data", "file", "roles", "missing", "standardise"}
    assert needed(OwnDataParams.specs(), {}) == {"file", "roles", "missing", "standardise"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.tuples(st.floats(-1e308, 1e308), st.one_of(st.none(), st.floats(-100, 100))), min_size=4, max_size=20
    )
)
def test_standardised_features_have_mean_zero_and_deviation_one(
    folder: Path, values: list[tuple[float, float | None]]
) -> None:
    lines = [f"{x!r},{'' if y is None else repr(y)},{'ab'[k % 2]}" for k, (x, y) in enumerate(values)]
    (folder / "t.csv").write_text("x,y,kind\n" + "\n".join(lines) + "\n")
    found = read_table(folder / "t.csv", header=True)
    try:
        examples = make_examples(found, {"x": "feature", "y": "feature", "kind": "label"}, "mean", True)
    except DataError:
        assert any(column.constant for column in found.columns[:2])
        return
    assert np.isfinite(examples.features).all()
    np.testing.assert_allclose(examples.features.mean(axis=0), 0, atol=1e-6)
    deviations = examples.features.std(axis=0)
    assert np.all(np.isclose(deviations, 1, atol=1e-6) | (deviations < 1e-6))
