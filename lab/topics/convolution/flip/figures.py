"""Image, kernel, both results and their difference as pictures; which equals which, as a table."""

from __future__ import annotations

import numpy as np

from lab.core.events import Array, Metrics
from lab.core.figures import Cell, Matrices, MatrixItem, Table, Words
from lab.core.pictures import PicturePanel, Pictures
from lab.core.text import Message, message
from lab.maths.matrices import rows_of, shape_words, written
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.flip.results import Results, Zeros, apart, by_torch, zeros

ALONE = (0.0, 0.0)
"""The pitch of a picture that has no place on the plane of the others."""


def given(image: Array, kernel: Array) -> Pictures:
    """Return the image and the kernel."""
    panels = (
        PicturePanel(message("image"), image, "signed", _limits(image), why=message("random numbers by the seed")),
        PicturePanel(message("kernel"), kernel, "signed", _limits(kernel), pitch=ALONE),
    )
    return Pictures("given", panels)


def kernels(kernel: Array) -> Matrices:
    """Return the kernel, which can be edited, and the same turned round."""
    height, width = kernel.shape
    whys = tuple(
        tuple(f"kernel[{height - 1 - i}, {width - 1 - j}] = {written(value)}" for j, value in enumerate(row))
        for i, row in enumerate(kernel[::-1, ::-1].tolist())
    )
    items = (
        MatrixItem(message("kernel"), rows_of(kernel), field="weights", most=(15, 15)),
        MatrixItem(message("turned round"), rows_of(kernel[::-1, ::-1]), "→", whys=whys),
    )
    return Matrices("kernels", items)


def outcome(results: Results, turn: bool) -> Pictures:
    """Return SciPy's result, torch's, and their difference in the same colours."""
    shown = results.turned if turn else results.as_it_is
    limits = _limits(np.stack([results.convolved, shown]))
    extent = (results.kernel.shape[0], results.kernel.shape[1])
    # SciPy's "same" begins where the extra zero of an even kernel stands before the image.
    scipy_at = _origin(extent, zeros(extent, results.mode, "before").before)
    torch_at = _origin(extent, results.zeros.before)
    how: Message = message("kernel turned round by us") if turn else message("kernel as it is")
    difference = results.convolved - shown
    largest = message("largest {value}", value=f"{np.abs(difference).max():.3g}")
    panels = (
        PicturePanel(
            "scipy.signal.convolve2d",
            results.convolved,
            "signed",
            limits,
            scipy_at,
            why=message("SciPy turns the kernel round itself."),
            note=message("kernel turned round by SciPy"),
        ),
        PicturePanel(
            "F.conv2d",
            shown,
            "signed",
            limits,
            torch_at,
            why=message("Torch takes the kernel as it gets it."),
            note=how,
        ),
        PicturePanel(
            message("difference"), difference, "signed", limits, scipy_at, why=message("SciPy − torch"), note=largest
        ),
    )
    return Pictures("outcome", panels)


def _limits(values: Array) -> tuple[float, float]:
    most = float(np.abs(values).max()) or 1.0
    return (-most, most)


def _origin(kernel: Pair, before: Pair) -> tuple[float, float]:
    """Return the place of the image over which the middle of the first window lies."""
    return ((kernel[0] - 1) / 2 - before[0], (kernel[1] - 1) / 2 - before[1])


def comparison(results: Results) -> Table:
    """Return which of SciPy's and torch's results are equal, with the largest differences."""
    as_it_is, turned = message("as it is"), message("turned round")
    image, kernel, around = results.image, results.kernel, results.zeros
    pairs: list[tuple[str, Array, Words, Array, Zeros]] = [
        ("convolve2d", results.convolved, as_it_is, results.as_it_is, around),
        ("convolve2d", results.convolved, turned, results.turned, around),
        ("correlate2d", results.correlated, as_it_is, results.as_it_is, around),
    ]
    if around.uneven:
        # The same with the extra zero on the other side.
        other = Zeros(around.after, around.before)
        pairs.append(("convolve2d", results.convolved, turned, by_torch(image, kernel[::-1, ::-1], other), other))
        pairs.append(("correlate2d", results.correlated, as_it_is, by_torch(image, kernel, other), other))
    rows = []
    for name, ours, how, theirs, used in pairs:
        difference = apart(ours, theirs)
        verdict = Cell(
            f"{difference:.2g}", _verdict(results, difference), "good" if results.same(difference) else "bad"
        )
        rows.append((Cell(name), Cell(how), Cell(_zeros_words(used), _zeros_why(used)), verdict))
    columns: tuple[Words, ...] = ("SciPy", message("kernel of F.conv2d"), message("zeros"), message("difference"))
    return Table("comparison", columns, tuple(rows), _note(results))


def _verdict(results: Results, difference: float) -> Message:
    if results.same(difference):
        return message("The same: what is left is rounding.")
    return message("Not the same: the largest difference of any two pixels.")


def _zeros_words(around: Zeros) -> str:
    """Return the zeros before and after, once where rows and columns have the same."""
    rows, columns = (f"{b}+{a}" for b, a in zip(around.before, around.after, strict=True))
    return rows if rows == columns else f"{rows}, {columns}"


def _zeros_why(around: Zeros) -> Message:
    return message(
        "{top} rows above and {bottom} below, {left} columns on the left and {right} on the right",
        top=around.before[0],
        bottom=around.after[0],
        left=around.before[1],
        right=around.after[1],
    )


def _note(results: Results) -> Message:
    if results.zeros.uneven:
        return message(
            "An even kernel needs an extra zero on one side. The “same” of convolve2d has it before the image, that of "
            'correlate2d and of torch (padding="same") after it.'
        )
    if results.symmetric:
        return message("This kernel is the same turned round: here, and only therefore, it makes no difference.")
    return message("convolve2d turns the kernel round, F.conv2d does not: that is correlate2d.")


def numbers(results: Results) -> Table:
    """Return the sizes, and whether turning round can matter at all."""
    kernel, mode = results.kernel, results.mode
    asymmetry = apart(kernel, kernel[::-1, ::-1])
    rows = (
        (Cell(message("image")), Cell(shape_words(results.image))),
        (Cell(message("kernel")), Cell(shape_words(kernel))),
        (Cell(message("output")), Cell(shape_words(results.convolved), _size_why(results), "strong")),
        (Cell(message("mode")), Cell(mode, _mode_why(results))),
        (
            Cell(message("kernel − turned kernel")),
            Cell(asymmetry, message("The largest difference of two weights; 0: turning round changes nothing.")),
        ),
        (Cell(message("sum of SciPy's result")), Cell(float(results.convolved.sum()))),
        (Cell(message("sum of torch's, as it is")), Cell(float(results.as_it_is.sum()))),
    )
    return Table("numbers", (message("quantity"), message("value")), rows)


def _size_why(results: Results) -> str:
    pieces = zip(results.image.shape, results.zeros.before, results.zeros.after, results.kernel.shape, strict=True)
    return " × ".join(f"({size} + {b} + {a} − {kernel} + 1)" for size, b, a, kernel in pieces)


def _mode_why(results: Results) -> Message:
    match results.mode:
        case "valid":
            return message("Only where the whole kernel lies within the image: no zeros.")
        case "full":
            return message("Wherever kernel and image touch: k − 1 zeros on each side.")
        case "same":
            return message("As large as the image: k − 1 zeros on both sides together.")


def metrics(results: Results, turn: bool) -> Metrics:
    """Return the differences and sums."""
    shown = results.turned if turn else results.as_it_is
    values = {
        "difference": apart(results.convolved, shown),
        "difference_as_it_is": apart(results.convolved, results.as_it_is),
        "difference_turned": apart(results.convolved, results.turned),
        "difference_correlated": apart(results.correlated, results.as_it_is),
        "kernel_asymmetry": apart(results.kernel, results.kernel[::-1, ::-1]),
        "scipy_sum": float(results.convolved.sum()),
        "torch_sum": float(shown.sum()),
    }
    return Metrics(values, {"output_size": shown.shape})
