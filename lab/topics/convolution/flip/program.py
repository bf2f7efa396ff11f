"""Both libraries as one program."""

from __future__ import annotations

from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.convolution.code import literal, program
from lab.nets.convolution.numbers import Pair
from lab.topics.convolution.flip.results import Results


def flip_program(seed: int, kind: str, side: Pair, results: Results, turn: bool) -> Code:
    """Return the program that compares SciPy and torch on the image and the kernel of the page."""
    (top, left), (bottom, right) = results.zeros.before, results.zeros.after
    lines: list[CodeLine | str] = [
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
    ]
    if any((top, left, bottom, right)):
        why = message("left, right, above, below")
        lines.append(CodeLine(f"x = F.pad(x, ({left}, {right}, {top}, {bottom}))", why=why))
    lines += [
        CodeLine("as_it_is = F.conv2d(x, k)[0, 0].numpy()", why=message("cross-correlation")),
        CodeLine("turned = F.conv2d(x, k.flip(2, 3))[0, 0].numpy()", why=message("true convolution")),
        f"by_torch = {'turned' if turn else 'as_it_is'}",
        'print("output_size:", *by_torch.shape)',
        'print("difference:", abs(by_scipy - by_torch).max())',
        'print("difference_as_it_is:", abs(by_scipy - as_it_is).max())',
        'print("difference_turned:", abs(by_scipy - turned).max())',
        f'by_scipy_correlated = correlate2d(image, kernel, "{results.mode}")',
        'print("difference_correlated:", abs(by_scipy_correlated - as_it_is).max())',
        'print("scipy_sum:", by_scipy.sum())',
        'print("torch_sum:", by_torch.sum())',
    ]
    return program(lines)


def _kernel_lines(kind: str, side: Pair, results: Results) -> list[CodeLine | str]:
    match kind:
        case "gaussian":
            return ["y, x = np.mgrid[-3:4, -3:4]", "kernel = np.exp(-(x**2 + y**2) / 7)"]
        case "random":
            return [f"kernel = random.standard_normal({side})"]
    return [f"kernel = np.array({literal(results.kernel)})"]
