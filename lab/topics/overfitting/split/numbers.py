"""How many rows each part has, the same as a program, and scikit-learn's functions that have to agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lab.core.code import CodeLine
from lab.core.figures import CellMark, Words
from lab.core.quantities import Numbers, Quantity
from lab.core.text import message
from lab.topics.overfitting.split.ways import DEV, PARTS, TEST, TRAIN, Divided, second_share

if TYPE_CHECKING:
    from lab.topics.overfitting.split import SplitParams

NAMES = ("train", "dev", "test")


def numbers(params: SplitParams, divided: Divided) -> Numbers:
    """Return the counts, those of each class, and the mean label of train and test, which tells whether they match."""
    labels, classes, shares = params.labels, params.classes, params.shares
    fit = params.way in ("sklearn", "notebook")
    second = fit and all(shares[DEV:])
    quantities = []
    for part in (TRAIN, DEV, TEST):
        refused = divided.reason is not None and part != TRAIN
        count = None if divided.reason is not None and (refused or not divided.count(TRAIN)) else divided.count(part)
        quantities.append(
            Quantity(
                message("rows: {part}", part=PARTS[part]), count,
                divided.reason if count is None and divided.reason else _why(params, part), NAMES[part],
                f"len({NAMES[part]})", lines=_second_call(params) if second and part == DEV else (),
                mark=_mark(params, part, divided),
            )
        )  # fmt: skip
    for part in (TRAIN, DEV, TEST):
        if quantities[part].value:
            of_each = divided.of_classes(part, labels, len(classes))
            alone = sum(number > 0 for number in of_each) == 1 and part != TRAIN
            quantities.append(
                Quantity(
                    message("classes: {part}", part=PARTS[part]), of_each,
                    message("only one class: of the others it says nothing") if alone else " · ".join(classes),
                    f"{NAMES[part]}_classes", f"np.bincount(labels[{NAMES[part]}], minlength={len(classes)}).tolist()",
                    mark="bad" if alone else "", between=" · ",
                )
            )  # fmt: skip
    for part in (TRAIN, TEST):
        if quantities[part].value:
            mean = float(labels[divided.parts == part].mean())
            quantities.append(
                Quantity(
                    message("mean label: {part}", part=PARTS[part]), mean,
                    message("of all rows {mean}", mean=f"{labels.mean():.4g}"), f"{NAMES[part]}_mean",
                    f"labels[{NAMES[part]}].mean()",
                )
            )  # fmt: skip
    # What scikit-learn refuses stands last: nothing of the program runs after it.
    quantities.sort(key=lambda quantity: quantity.value is None)
    return Numbers(quantities, note=_note(params, divided), setup=(*_head(params, fit), *_lines(params)))


def _why(params: SplitParams, part: int) -> Words:
    shares, count = params.shares, len(params.labels)
    if params.way not in ("sklearn", "notebook"):
        return message("{share} of {count} rows, rounded", share=f"{shares[part]:.4g}", count=count)
    if part == TRAIN:
        return message("the first call: {share} of {count} rows, rounded down", share=f"{shares[TRAIN]:.4g}",
                       count=count)  # fmt: skip
    if not all(shares[DEV:]):
        return message("all that the first call left")
    left, share = count - params.divided().count(TRAIN), second_share(shares, params.way)
    if part == TEST:
        return message("what the second call leaves")
    return message("the second call: {share} of the {left} rows that are left, rounded down", share=f"{share:.4g}",
                   left=left)  # fmt: skip


def _mark(params: SplitParams, part: int, divided: Divided) -> CellMark:
    """Mark the dev and test of the notebook's way, where they are not what the shares say."""
    if params.way != "notebook" or part == TRAIN or divided.reason:
        return ""
    return "bad" if divided.count(part) != params.divided("sklearn").count(part) else ""


def _note(params: SplitParams, divided: Divided) -> Words:
    shares = params.shares
    if divided.reason:
        return message("scikit-learn refuses: {reason}.", reason=divided.reason)
    if params.way == "notebook" and all(shares[DEV:]):
        return message(
            "The second call gets train_size={share}, the share of all rows, but divides only those that are left: "
            "right is {share}/({share} + {rest}) = {right}. No error says so.",
            share=f"{shares[DEV]:.4g}", rest=f"{shares[TEST]:.4g}", right=f"{second_share(shares, 'sklearn'):.4g}",
        )  # fmt: skip
    if params.order == "ordered":
        return message("In this file a class stands after the other: without shuffling, the test is the last rows.")
    if params.order == "stratified":
        return message("Each class is divided by itself, so that each part has it in the same share.")
    if params.way in ("hand", "index"):
        return message("How many of each class a part has is chance, unless the division is stratified.")
    return message("The second call divides what the first one left, so its share is one of the rest.")


def _head(params: SplitParams, fit: bool) -> Iterator[str]:
    yield "import numpy as np"
    if params.data == "iris":
        yield "from sklearn.datasets import load_iris"
    if fit:
        yield "from sklearn.model_selection import train_test_split"
    yield ""
    made = f"(np.arange({params.rows}) >= {params.rows} / 2).astype(int)"
    yield f"labels = {'load_iris().target' if params.data == 'iris' else made}"


def _arguments(params: SplitParams, of: str) -> str:
    match params.order:
        case "ordered":
            return ", shuffle=False"
        case "stratified":
            return f", random_state={params.seed}, stratify=labels{of}"
        case _:
            return f", random_state={params.seed}"


def _second_call(params: SplitParams) -> tuple[CodeLine, ...]:
    shares = params.shares
    wrong = params.way == "notebook"
    share = repr(shares[DEV]) if wrong else f"{shares[DEV]!r} / ({shares[DEV]!r} + {shares[TEST]!r})"
    why = message("the share of all rows, but `rest` are not all") if wrong else message("the share of what is left")
    return (CodeLine(f"dev, test = train_test_split(rest, train_size={share}{_arguments(params, '[rest]')})", why=why),)


def _lines(params: SplitParams) -> Iterator[CodeLine | str]:
    """Yield the lines that make `train`, `dev` and `test`, arrays of row numbers; not yet the second call."""
    if params.way in ("sklearn", "notebook"):
        return _first_call(params)
    return _by_groups(params, _hand if params.way == "hand" else _index)


def _first_call(params: SplitParams) -> Iterator[CodeLine | str]:
    shares, count = params.shares, len(params.labels)
    call = f"train_test_split(np.arange({count}), train_size={shares[TRAIN]!r}{_arguments(params, '')})"
    yield CodeLine(f"train, rest = {call}", why=message("numbers of rows, for data[train] and labels[train]"))
    if not all(shares[DEV:]):
        yield "dev, test = rest[:0], rest" if shares[TEST] else "dev, test = rest, rest[:0]"


def _by_groups(params: SplitParams, made: Callable[[SplitParams, bool], Iterator[str]]) -> Iterator[CodeLine | str]:
    ordered, count, (train, dev, _) = params.order == "ordered", len(params.labels), params.shares
    if not ordered:
        yield f"random = np.random.default_rng({params.seed})"
    yield CodeLine(f"in_train, in_dev = np.zeros((2, {count}), dtype=bool)", why=message("a Boolean for each row"))
    if params.order == "stratified":
        yield "for rows in [np.flatnonzero(labels == one) for one in np.unique(labels)]:"
    else:
        yield f"for rows in [np.arange({count})]:"
    yield f"    first, second = round({train!r} * len(rows)), round(({train!r} + {dev!r}) * len(rows))"
    yield from made(params, ordered)
    yield "train, dev, test = (np.flatnonzero(part) for part in (in_train, in_dev, ~(in_train | in_dev)))"


def _hand(params: SplitParams, ordered: bool) -> Iterator[str]:
    yield f"    in_train[{'rows[:first]' if ordered else 'random.choice(rows, first, replace=False)'}] = True"
    yield "    left = rows[~in_train[rows]]"
    chosen = "left[: second - first]" if ordered else "random.choice(left, second - first, replace=False)"
    yield f"    in_dev[{chosen}] = True"


def _index(params: SplitParams, ordered: bool) -> Iterator[str]:
    yield f"    moved = {'rows' if ordered else 'random.permutation(rows)'}"
    yield "    in_train[moved[:first]], in_dev[moved[first:second]] = True, True"
