"""How large the result of an operation is along one axis, with the arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.text import Message, message


@dataclass(frozen=True)
class Size:
    """The size of a result, or what the formula gives where there is none (it is less than 1 then).

    `arithmetic` is the formula with the numbers put in; `problem` says why there is no result, and what to change.
    """

    value: int
    arithmetic: str
    problem: Message | None = None

    @property
    def fits(self) -> bool:
        """Whether there is a result."""
        return self.problem is None


def reach(kernel: int, dilation: int = 1) -> int:
    """Return how many pixels a kernel spans: d(k − 1) + 1."""
    return dilation * (kernel - 1) + 1


def convolved(size: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> Size:
    """Return the size after a convolution or a pooling: ⌊(M + 2p − d(k − 1) − 1)/s⌋ + 1, as torch rounds."""
    value = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    arithmetic = f"⌊({size} + 2·{padding} − {dilation}·({kernel} − 1) − 1)/{stride}⌋ + 1 = {_signed(value)}"
    if size + 2 * padding >= reach(kernel, dilation):
        return Size(value, arithmetic)
    problem = message(
        "The kernel spans {reach} pixels and the padded input has {size}: it fits nowhere. Take a smaller kernel or "
        "dilation, or a padding of at least {least}.",
        reach=reach(kernel, dilation),
        size=size + 2 * padding,
        least=-(-(reach(kernel, dilation) - size) // 2),
    )
    return Size(min(value, 0), arithmetic, problem)


def transposed(
    size: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1, output_padding: int = 0
) -> Size:
    """Return the size after a transposed convolution: s(M − 1) + d(k − 1) + 1 − 2p + output padding."""
    value = stride * (size - 1) + reach(kernel, dilation) - 2 * padding + output_padding
    spans = str(kernel) if dilation == 1 else f"({dilation}·({kernel} − 1) + 1)"
    more = f" + {output_padding}" if output_padding else ""
    arithmetic = f"{stride}·({size} − 1) + {spans} − 2·{padding}{more} = {_signed(value)}"
    if value >= 1:
        return Size(value, arithmetic)
    problem = message(
        "The padding cuts {cut} pixels from each side of an output of {whole}: nothing is left. Take a padding of at "
        "most {most}.",
        cut=padding,
        whole=value + 2 * padding,
        most=(value + 2 * padding - 1) // 2,
    )
    return Size(value, arithmetic, problem)


def unvisited(size: int, kernel: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> tuple[int, ...]:
    """Return the places 0 … size − 1 of an axis that no window of a convolution touches."""
    result = convolved(size, kernel, padding, stride, dilation)
    if not result.fits:
        return tuple(range(size))
    touched = {at * stride + tap * dilation - padding for at in range(result.value) for tap in range(kernel)}
    return tuple(place for place in range(size) if place not in touched)


def _signed(value: int) -> str:
    return str(value).replace("-", "−")


def problem_of(rows: Size, columns: Size) -> Message | None:
    """Return why an operation has no result, and what to change; None where it has one."""
    down, across = rows.problem, columns.problem
    if down is None or across is None or down == across:
        if down == across:
            return down
        return message("Rows: {problem}", problem=down) if down else message("Columns: {problem}", problem=across)
    return message("Rows: {problem} Columns: {other}", problem=down, other=across)
