"""Which of SciPy's and torch's results are equal, and sizes and sums; both libraries as one program."""

from __future__ import annotations

from lab.core.code import CodeLine
from lab.core.events import Array
from lab.core.figures import Cell, Words
from lab.core.quantities import Lines, Numbers, Quantity
from lab.core.text import Message, message
from lab.maths.matrices import shape_words
from lab.nets.convolution.code import literal
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.flip.results import Results, Zeros, apart, by_torch


def comparison(results: Results) -> Numbers:
    """Return which of SciPy's and torch's results are equal, with the largest differences."""
    as_it_is, turned = message("as it is"), message("turned round")
    image, kernel, around = results.image, results.kernel, results.zeros
    convolve, correlate = ("convolve2d", results.convolved), ("correlate2d", results.correlated)
    correlated = f'by_scipy_correlated = correlate2d(image, kernel, "{results.mode}")'
    quantities = [
        _apart(results, convolve, as_it_is, results.as_it_is, around, "as_it_is", "abs(by_scipy - as_it_is).max()"),
        _apart(results, convolve, turned, results.turned, around, "turned", "abs(by_scipy - turned).max()"),
        _apart(
            results, correlate, as_it_is, results.as_it_is, around, "correlated",
            "abs(by_scipy_correlated - as_it_is).max()", (correlated,),
        ),
    ]  # fmt: skip
    if around.uneven:
        # The same with the extra zero on the other side.
        other = Zeros(around.after, around.before)
        quantities += [
            _apart(results, convolve, turned, by_torch(image, kernel[::-1, ::-1], other), other),
            _apart(results, correlate, as_it_is, by_torch(image, kernel, other), other),
        ]
    columns: tuple[Words, ...] = ("SciPy", message("kernel of F.conv2d"), message("zeros"), message("difference"))
    return Numbers(quantities, "comparison", columns, _note(results))


def _apart(
    results: Results,
    scipy: tuple[str, Array],
    how: Words,
    theirs: Array,
    used: Zeros,
    name: str = "",
    code: str = "",
    lines: Lines = (),
) -> Quantity:
    """Return the largest difference of two results, and whether it is rounding."""
    difference = apart(scipy[1], theirs)
    same = results.same(difference)
    why = message("Not the same: the largest difference of any two pixels.")
    if same:
        why = message("The same: what is left is rounding.")
    zeros = Cell(_zeros_words(used), _zeros_why(used))
    cells = (Cell(how), zeros, Cell(f"{difference:.2g}", why, "good" if same else "bad"))
    return Quantity(scipy[0], difference, why, name and f"difference_{name}", code, lines=lines, cells=cells)


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


def numbers(results: Results, seed: int, kind: str, side: Pair, turn: bool) -> Numbers:
    """Return the sizes, and whether turning round can matter at all."""
    kernel, shown = results.kernel, results.turned if turn else results.as_it_is
    asymmetry = message("The largest difference of two weights; 0: turning round changes nothing.")
    quantities = (
        Quantity(message("image"), shape_words(results.image)),
        Quantity(message("kernel"), shape_words(kernel)),
        Quantity(
            message("output"), shown.shape, _size_why(results), "output_size", "by_torch.shape", mark="strong"
        ),
        Quantity(message("mode"), results.mode, _mode_why(results)),
        Quantity(
            message("kernel − turned kernel"), apart(kernel, kernel[::-1, ::-1]), asymmetry, "kernel_asymmetry",
            "abs(kernel - kernel[::-1, ::-1]).max()",
        ),
        Quantity(
            message("difference"), apart(results.convolved, shown), "", "difference", "abs(by_scipy - by_torch).max()",
            listed=False,
        ),
        Quantity(
            message("sum of SciPy's result"), float(results.convolved.sum()), "", "scipy_sum", "by_scipy.sum()"
        ),
        Quantity(message("sum of torch's, as it is"), float(results.as_it_is.sum())),
        Quantity(message("sum of torch's"), float(shown.sum()), "", "torch_sum", "by_torch.sum()", listed=False),
    )  # fmt: skip
    return Numbers(quantities, setup=_program(results, seed, kind, side, turn))


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


def _program(results: Results, seed: int, kind: str, side: Pair, turn: bool) -> Lines:
    """Return the lines that give the image and the kernel of the page to SciPy and to torch."""
    (top, left), (bottom, right) = results.zeros.before, results.zeros.after
    why = message("left, right, above, below")
    padded = CodeLine(f"x = F.pad(x, ({left}, {right}, {top}, {bottom}))", why=why)
    return (
        "import numpy as np",
        "import torch",
        "from scipy.signal import convolve2d, correlate2d",
        "from torch.nn import functional as F",
        "",
        f"random = np.random.default_rng({seed})",
        f"image = random.standard_normal({results.image.shape})",
        *_kernel_lines(kind, side, results),
        f'by_scipy = convolve2d(image, kernel, "{results.mode}")',
        "",
        "x, k = torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]",
        *([padded] if any((top, left, bottom, right)) else []),
        CodeLine("as_it_is = F.conv2d(x, k)[0, 0].numpy()", why=message("cross-correlation")),
        CodeLine("turned = F.conv2d(x, k.flip(2, 3))[0, 0].numpy()", why=message("true convolution")),
        f"by_torch = {'turned' if turn else 'as_it_is'}",
    )


def _kernel_lines(kind: str, side: Pair, results: Results) -> Lines:
    match kind:
        case "gaussian":
            return ["y, x = np.mgrid[-3:4, -3:4]", "kernel = np.exp(-(x**2 + y**2) / 7)"]
        case "random":
            return [f"kernel = random.standard_normal({side})"]
    return [f"kernel = np.array({literal(results.kernel)})"]
