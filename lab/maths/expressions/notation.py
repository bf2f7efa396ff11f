"""Expressions as people write them: a line of text that can be read again, and TeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from lab.maths.expressions.algebra import LARGEST, Node, in_order

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
"""How strongly a text holds together; a sign holds like a sum."""

_TEX_NAMES: Final = {
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "log": r"\ln",
    "log10": r"\log_{10}",
    "log2": r"\log_{2}",
    "sigmoid": r"\sigma",
    "pi": r"\pi",
    "tau": r"\tau",
    "yhat": r"\hat{y}",
    **{name: rf"\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max")},
}
_SQUARED: Final = ("sin", "cos", "tan", "sinh", "cosh", "tanh")
"""Functions whose powers are written between their name and their argument."""

_EXPONENT: Final = re.compile(r"\^(\d+)(?![\d.^e])")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Written = tuple[str, int]
"""A text, and how strongly it holds together."""


def written(root: Node) -> str:
    """Return the text that reads back as an equal function, such as 3x^2 − 3x + 4."""
    texts: dict[Node, Written] = {}
    for current in in_order([root]):
        texts[current] = _text(current, [texts[argument] for argument in current.arguments])
    return texts[root][0]


def pretty(root: Node) -> str:
    """Return the text with whole exponents raised, such as 3x² − 3x + 4; it reads back just as well."""
    return _EXPONENT.sub(lambda match: match[1].translate(_RAISED), written(root))


def tex(root: Node) -> str:
    """Return the expression in TeX."""
    texts: dict[Node, Written] = {}
    for current in in_order([root]):
        texts[current] = _tex(current, [texts[argument] for argument in current.arguments])
    return texts[root][0]


def _text(current: Node, parts: Sequence[Written]) -> Written:
    match current.operation:
        case "number":
            return _number(current.exact or Fraction(0))
        case "variable" | "constant":
            return str(current.value), ATOM
        case "+":
            return f"{_held(parts[0], SUM)} + {_held(parts[1], PRODUCT)}", SUM
        case "-":
            return f"{_held(parts[0], SUM)} − {_held(parts[1], PRODUCT)}", SUM
        case "negate":
            least = SUM if current.arguments[0].operation == "negate" else PRODUCT
            return f"−{_held(parts[0], least)}", SUM
        case "*":
            left, right = _held(parts[0], PRODUCT), _held(parts[1], POWER)
            return left + ("" if _joins(current.arguments[0], left, right) else "·") + right, PRODUCT
        case "/":
            return f"{_held(parts[0], PRODUCT)}/{_held(parts[1], POWER)}", PRODUCT
        case "^":
            return f"{_held(parts[0], ATOM)}^{_held(parts[1], POWER)}", POWER
    return f"{current.operation}({', '.join(text for text, _ in parts)})", ATOM


def _tex(current: Node, parts: Sequence[Written]) -> Written:
    texts = [text for text, _ in parts]
    match current.operation:
        case "number":
            return _tex_number(current.exact or Fraction(0))
        case "variable" | "constant":
            return _TEX_NAMES.get(str(current.value), str(current.value)), ATOM
        case "+":
            return f"{_tex_held(parts[0], SUM)} + {_tex_held(parts[1], PRODUCT)}", SUM
        case "-":
            return f"{_tex_held(parts[0], SUM)} - {_tex_held(parts[1], PRODUCT)}", SUM
        case "negate":
            return f"-{_tex_held(parts[0], PRODUCT)}", SUM
        case "*":
            left, right = _tex_held(parts[0], PRODUCT), _tex_held(parts[1], PRODUCT)
            if right[:1].isdigit() or right.startswith(r"\frac"):
                return rf"{left} \cdot {right}", PRODUCT
            tight = _whole(current.arguments[0]) or right.startswith(r"\left(")
            return left + (" " if tight else r"\, ") + right, PRODUCT
        case "/":
            # A fraction needs no brackets, except below a power.
            return rf"\frac{{{texts[0]}}}{{{texts[1]}}}", POWER
        case "^":
            base = current.arguments[0]
            if base.operation in _SQUARED and current.arguments[1].exact in range(2, 101):
                name = _TEX_NAMES[base.operation]
                return texts[0].replace(name, f"{name}^{{{texts[1]}}}", 1), POWER
            return f"{_tex_held(parts[0], ATOM)}^{{{texts[1]}}}", POWER
        case "exp":
            return f"e^{{{texts[0]}}}", POWER
        case "sqrt":
            return rf"\sqrt{{{texts[0]}}}", ATOM
        case "cbrt":
            return rf"\sqrt[3]{{{texts[0]}}}", ATOM
        case "abs":
            return rf"\left|{texts[0]}\right|", ATOM
        case "floor":
            return rf"\left\lfloor {texts[0]}\right\rfloor", ATOM
    name = _TEX_NAMES.get(current.operation, rf"\mathrm{{{current.operation}}}")
    return rf"{name}\left({', '.join(texts)}\right)", ATOM


def _held(part: Written, least: int) -> str:
    text, holds = part
    return text if holds >= least else f"({text})"


def _tex_held(part: Written, least: int) -> str:
    text, holds = part
    return text if holds >= least else rf"\left({text}\right)"


def _joins(left: Node, left_text: str, right_text: str) -> bool:
    """Tell whether a product needs no sign: 2x and 2(x + 1), but not 2e, which could be the start of 2e3."""
    return _whole(left) and left_text[-1].isdigit() and right_text[0] not in "e0123456789."


def _whole(left: Node) -> bool:
    return left.operation == "number"


def _number(value: Fraction) -> Written:
    if value < 0:
        return f"−{_number(-value)[0]}", SUM
    if value.denominator == 1 and value < LARGEST:
        return str(value.numerator), ATOM
    decimal = repr(float(value))
    ends = 10**400 % value.denominator == 0
    return (decimal, ATOM) if ends else (f"{value.numerator}/{value.denominator}", PRODUCT)


def _tex_number(value: Fraction) -> Written:
    if value < 0:
        return f"-{_tex_number(-value)[0]}", SUM
    text, holds = _number(value)
    if holds == PRODUCT:
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", POWER
    digits, _, exponent = text.partition("e")
    return (rf"{digits} \cdot 10^{{{int(exponent)}}}", PRODUCT) if exponent else (text, ATOM)
