"""Categories as numbers, against torch and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from lab.core.events import Event, Metrics
from lab.core.figures import Matrices, Table
from lab.core.params import ParamError
from lab.topics.maths.encoding import Encoding, EncodingParams
from lab.topics.maths.encoding.categories import distances, encode

CATEGORIES = st.lists(
    st.text(st.sampled_from("abcxyz گ"), min_size=1, max_size=4).map(str.strip).filter(bool), min_size=1, max_size=10
).filter(lambda values: 2 <= len(set(values)) <= 8)
ENCODINGS = ("codes", "one_hot", "drop_first")


def shown(**values: str) -> tuple[Matrices, Matrices, dict[str, float], dict[str, Table]]:
    events = list(Encoding().compute(EncodingParams(**values)))
    there, back = (event for event in events if isinstance(event, Matrices))
    assert isinstance(events[-1], Metrics)
    return there, back, dict(events[-1].values), {e.name: e for e in events if isinstance(e, Table)}


def by_others(values: list[str], encoding: str) -> np.ndarray:
    column = np.array(values, object)[:, None]
    if encoding == "codes":
        return OrdinalEncoder().fit_transform(column)
    if encoding == "drop_first":
        return OneHotEncoder(drop="first", sparse_output=False).fit_transform(column)
    codes = torch.tensor(np.unique(values, return_inverse=True)[1])
    return torch.nn.functional.one_hot(codes).numpy()


@given(CATEGORIES, st.sampled_from(ENCODINGS), st.sampled_from(["; ", ", ", "؛"]))
def test_encodings_are_those_of_torch_and_scikit_learn(values: list[str], encoding: str, between: str) -> None:
    there, back, metrics, _ = shown(values=between.join(values), encoding=encoding)
    expected = by_others(values, encoding)
    np.testing.assert_array_equal(np.array(there.items[-1].rows), expected)
    assert [row[0] for row in there.items[0].rows] == values
    assert there.items[0].field == "values"
    assert (metrics["rows"], metrics["columns"]) == expected.shape
    # And back again.
    assert [row[0] for row in back.items[-1].rows] == values
    assert metrics["decoded_as_table"] == 1


@given(CATEGORIES, st.sampled_from(ENCODINGS))
def test_the_check_agrees(values: list[str], encoding: str) -> None:
    (table,) = Encoding().verify(EncodingParams(values="; ".join(values), encoding=encoding))
    assert isinstance(table, Table)
    assert {row[4].mark for row in table.rows} == {"good"}
    by_sklearn = [str(row[1].value) for row in table.rows if "Encoder" in str(row[1].value)]
    assert len(by_sklearn) == len(ENCODINGS)


def test_what_is_typed_is_no_code() -> None:
    (table,) = Encoding().verify(EncodingParams(values="\"]; raise SystemExit; ['"))
    assert isinstance(table, Table)
    assert {row[4].mark for row in table.rows} == {"good"}


@given(CATEGORIES)
def test_the_dummy_variable_trap_is_in_the_rank(values: list[str]) -> None:
    for encoding in ENCODINGS:
        _, _, metrics, tables = shown(values="; ".join(values), encoding=encoding)
        matrix = torch.tensor(np.hstack([np.ones((len(values), 1)), by_others(values, encoding)]))
        assert metrics["rank_with_intercept"] == torch.linalg.matrix_rank(matrix)
        assert (metrics["rank_with_intercept"] < metrics["columns_with_intercept"]) == (encoding == "one_hot")
        assert [row[3].mark for row in tables["shapes"].rows] == ["good", "bad", "good"]


@pytest.mark.parametrize("count", range(2, 9))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_distances_are_those_of_torch(count: int, encoding: str) -> None:
    vectors = torch.tensor(encode(np.arange(count), count, encoding))
    np.testing.assert_allclose(distances(count, encoding), torch.cdist(vectors, vectors).numpy(), atol=1e-12)


def test_codes_pretend_distances_and_one_hot_does_not() -> None:
    _, _, metrics, tables = shown()
    assert [row[1].value for row in tables["distances"].rows] == [1, 2, 1]
    assert [row[2].value for row in tables["distances"].rows] == pytest.approx([np.sqrt(2)] * 3)
    assert [row[3].value for row in tables["distances"].rows] == pytest.approx([1, 1, np.sqrt(2)])
    assert metrics["smallest_distance"] == metrics["largest_distance"] == pytest.approx(np.sqrt(2))


def test_two_categories_need_one_column() -> None:
    there, _, metrics, _ = shown(values="yes, no, no", encoding="drop_first")
    assert there.items[-1].rows == ((1.0,), (0.0,), (0.0,))
    assert metrics["columns"] == 1


def test_known_categories_keep_their_order_and_those_not_seen_are_named() -> None:
    there, _, metrics, tables = shown(values="small, large", categories="small, medium, large", encoding="codes")
    assert there.items[1].rows == ((0.0,), (2.0,))
    assert metrics["categories"] == 3
    assert "No row is medium" in str(tables["shapes"].rows[2][3].why)


@pytest.mark.parametrize(
    ("encoding", "matrix", "categories"),
    [
        ("one_hot", "0.1 0.7 0.2; -5 -6 -7", ["cat", "bird"]),
        ("drop_first", "0 0; 0 1", ["bird", "dog"]),
        ("codes", "2; 0", ["dog", "bird"]),
    ],
)
def test_numbers_of_ones_own_are_decoded(encoding: str, matrix: str, categories: list[str]) -> None:
    _, back, metrics, _ = shown(encoding=encoding, matrix=matrix)
    assert [row[0] for row in back.items[1].rows] == categories
    assert back.items[0].field == "matrix"
    assert metrics["decoded"] == 1
    assert "decoded_as_table" not in metrics


@pytest.mark.parametrize(
    ("encoding", "matrix", "said"),
    [
        ("one_hot", "0 1 0; 1 1 0", "Row 2, (1, 1, 0), means no category: 1 stands at bird, cat"),
        ("one_hot", "0 0 0", "Row 1, (0, 0, 0), means no category: all are 0"),
        ("drop_first", "1 1", "Row 1, (1, 1), means no category: it must be zeros, or zeros and a single 1"),
        ("drop_first", "0.5 0", "Row 1, (0.5, 0), means no category"),
        ("codes", "0; 1.5", "Row 2, (1.5), means no category: 1.5 lies between cat and dog"),
        ("codes", "-1", "−1 is no code; they go from 0 to 2"),
        ("codes", "2.5", "2.5 is no code; they go from 0 to 2"),
        ("one_hot", "1 0", "There are 2 columns, and one-hot of bird, cat, dog has 3"),
    ],
)
def test_what_means_no_category_is_refused_in_its_place(encoding: str, matrix: str, said: str) -> None:
    _, back, metrics, _ = shown(encoding=encoding, matrix=matrix)
    assert said in str(back.refusal)
    assert len(back.items) == 1
    assert metrics["decoded"] == 0


def test_a_decoded_row_says_where_it_differs_from_the_table() -> None:
    _, back, metrics, _ = shown(values="cat; dog", matrix="1 0; 1 0")
    assert "the table says" not in str(back.items[1].whys[0][0])
    assert str(back.items[1].whys[1][0]).endswith("the table says dog")
    assert metrics["decoded_as_table"] == 0.5


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        (
            {"values": "cat, fish", "categories": "cat, dog"},
            "values",
            "fish in row 2 is an unknown category; known are cat, dog",
        ),
        ({"values": ""}, "values", "entry 1 is empty"),
        ({"values": "a;;b"}, "values", "entry 2 is empty"),
        ({"values": "a, b; c"}, "values", "row 1 has 2 entries, and a table of one column has one"),
        ({"values": ",".join("abcdefghi")}, "values", "9 different categories are too many"),
        ({"values": ",".join("a" * 11)}, "values", "11 entries are too many"),
        ({"categories": "bird, cat, dog, cat"}, "categories", "cat stands there twice"),
        ({"values": "a", "encoding": "drop_first"}, "encoding", "nothing is left of a single category"),
        ({"matrix": "1 x"}, "matrix", "row 1, column 2 stands x"),
    ],
)
def test_bad_input_is_refused_with_its_place(values: dict[str, str], field: str, said: str) -> None:
    with pytest.raises(ParamError) as refused:
        EncodingParams(**values)
    assert refused.value.field == field
    assert said in str(refused.value)


def test_a_single_category_can_be_shown() -> None:
    events: list[Event] = list(Encoding().compute(EncodingParams(values="a, a")))
    assert isinstance(events[-1], Metrics)
    [apart] = [event for event in events if isinstance(event, Table) and event.name == "distances"]
    assert "one category alone" in str(apart.rows[0][0].value)
