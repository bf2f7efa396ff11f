"""The grammar of typed expressions: text to tokens to a tree, with a place in the text for every refusal."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from lab.core.specs import ParamError
from lab.core.text import Message, ascii_digits, message
from lab.maths.expressions.algebra import CONSTANTS, Node, node
from lab.maths.expressions.differentiation import PAIRS, RULES
from lab.maths.expressions.evaluation import constant

LONGEST: Final = 200
"""Characters of a text."""
DEEPEST: Final = 32
"""Brackets, signs and exponents within each other."""
MOST_PARTS: Final = 200
"""Numbers, names and operations of an expression."""
HIGHEST: Final = 100
"""Largest exponent that is a number."""

ALIASES: Final = {"ln": "log", "π": "pi", "τ": "tau", "ŷ": "yhat"}
_SIGNS: Final = {"·": "*", "×": "*", "⋅": "*", "÷": "/", "**": "^", "،": ",", "–": "-"}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN: Final = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<superscript>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<name>[^\W\d⁰¹²³⁴-⁹][^\W⁰¹²³⁴-⁹]*)"
    r"|(?P<sign>\*\*|[-+*/^(),|·×⋅÷،–])"
    r"|(?P<space>\s+)"
    r"|(?P<unknown>.)",
    re.DOTALL,
)

Kind = Literal["number", "superscript", "name", "sign", "unknown", "end"]


@dataclass(frozen=True)
class Token:
    """A piece of the text; `place` counts its first character from 1."""

    kind: Kind
    text: str
    place: int

    def found(self) -> Message | str:
        """Say what stands here."""
        if self.kind == "end":
            return message("the end")
        shown = self.text if len(self.text) <= 20 else f"{self.text[:20]}…"
        return f"“{shown}”" if shown.isprintable() else f"U+{ord(self.text[0]):04X}"


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(ascii_digits(text)):
        kind: Any = match.lastgroup
        if kind != "space":
            yield Token(kind, _SIGNS.get(match[0], match[0]), match.start() + 1)
    yield Token("end", "", len(text) + 1)


# sum     = product {("+" | "-") product}
# product = ("-" | "+") product | factor {("*" | "/") factor | power}
# factor  = ("-" | "+") factor | power
# power   = atom ["^" factor]
# atom    = number | variable | constant | function "(" sum ["," sum] ")" | "(" sum ")" | "|" sum "|"
class Parser:
    """Reads one text; raises ParamError for its `field` at the first place that is wrong. With `means`, "mean" is a
    function.
    """

    def __init__(self, field: str, text: str, variables: tuple[str, ...], means: bool = False) -> None:
        self._field = field
        self._text = text
        self._tokens = _tokens(text)
        self._token = next(self._tokens)
        self._variables = variables
        self._more = ("mean",) if means else ()
        self._parts = 0
        self._depth = 0
        self._bars = 0

    def read(self) -> Node:
        """Return the tree of the whole text."""
        if len(self._text) > LONGEST:
            raise ParamError(
                self._field,
                "{field}: {length} characters are too many; allowed are {allowed}",
                length=len(self._text),
                allowed=LONGEST,
            )
        root = self._sum()
        if self._token.kind != "end":
            raise self._wrong(message("an operator such as + − · / ^ or the end"))
        return root

    def _wrong(self, allowed: Message | str, token: Token | None = None) -> ParamError:
        token = token or self._token
        return ParamError(
            self._field,
            "{field}: at character {place} stands {found}; allowed there is {allowed}",
            place=token.place,
            found=token.found(),
            allowed=allowed,
        )

    def _take(self) -> Token:
        taken = self._token
        if taken.kind != "end":
            self._token = next(self._tokens)
        return taken

    def _at(self, *signs: str) -> bool:
        return self._token.kind == "sign" and self._token.text in signs

    def _make(self, operation: str, *arguments: Node, value: Fraction | str = "") -> Node:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise ParamError(
                self._field,
                "{field}: at character {place} the expression has more than {allowed} numbers, names and operations",
                place=self._token.place,
                allowed=MOST_PARTS,
            )
        return node(operation, *arguments, value=value)

    def _sum(self) -> Node:
        left = self._product()
        while self._at("+", "-"):
            sign = self._take().text
            left = self._make(sign, left, self._product())
        return left

    def _product(self) -> Node:
        if self._at("-", "+"):
            return self._signed(self._product)
        left = self._factor()
        while True:
            if self._at("*", "/"):
                sign = self._take().text
                left = self._make(sign, left, self._factor())
            elif self._token.kind == "name" or self._at("(") or (self._at("|") and not self._bars):
                left = self._make("*", left, self._power())
            else:
                return left

    def _signed(self, read: Callable[[], Node]) -> Node:
        self._deeper()
        sign = self._take().text
        signed = read()
        self._depth -= 1
        return self._make("negate", signed) if sign == "-" else signed

    def _factor(self) -> Node:
        if self._at("-", "+"):
            return self._signed(self._factor)
        return self._power()

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ParamError(
                self._field,
                "{field}: at character {place} more than {allowed} brackets, signs or exponents are open",
                place=self._token.place,
                allowed=DEEPEST,
            )

    def _power(self) -> Node:
        base = self._atom()
        if self._token.kind == "superscript":
            token = self._take()
            value = int(token.text.translate(_SUPERSCRIPTS))
            exponent = self._make("number", value=Fraction(abs(value)))
            return self._raise(base, self._make("negate", exponent) if value < 0 else exponent, token)
        if self._at("^"):
            self._take()
            token = self._token
            self._deeper()
            exponent = self._factor()
            self._depth -= 1
            return self._raise(base, exponent, token)
        return base

    def _raise(self, base: Node, exponent: Node, token: Token) -> Node:
        if not exponent.names and not abs(constant(exponent)) <= HIGHEST:
            raise self._wrong(message("an exponent from {low} to {high}", low=-HIGHEST, high=HIGHEST), token)
        return self._make("^", base, exponent)

    def _atom(self) -> Node:
        token = self._token
        if token.kind == "number":
            self._take()
            return self._number(token)
        if token.kind == "name":
            self._take()
            return self._name(token)
        if self._at("("):
            return self._bracket(1)[0]
        if self._at("|"):
            self._deeper()
            self._take()
            self._bars += 1
            inner = self._sum()
            self._expect("|")
            self._bars -= 1
            self._depth -= 1
            return self._make("abs", inner)
        names = ", ".join(self._variables)
        raise self._wrong(message("a number, {names}, a function such as sin(…), ( or −", names=names))

    def _number(self, token: Token) -> Node:
        # The exponent first: ten to a number of many digits would take for ever.
        exponent = re.split("[eE]", token.text)[1:]
        if (exponent and abs(int(exponent[0])) > 300) or not math.isfinite(float(token.text)):
            raise self._wrong(message("a number from {low} to {high}", low="1e-300", high="1e300"), token)
        if self._token.kind == "number":
            raise self._wrong(message("an operator such as + − · / ^ or the end"))
        return self._make("number", value=Fraction(token.text))

    def _name(self, token: Token) -> Node:
        name = ALIASES.get(token.text, token.text)
        if name in self._variables:
            return self._make("variable", value=name)
        if name in CONSTANTS:
            return self._make("constant", value=name)
        if name in RULES or name in PAIRS or name in self._more:
            if not self._at("("):
                raise self._wrong(message("only ( after {function}, as in {function}(x)", function=token.text))
            inner = self._bracket(2 if name in PAIRS else 1)
            # The mean of one and the same number is that number.
            return inner[0] if name in self._more and not inner[0].names else self._make(name, *inner)
        if all(letter in self._variables for letter in name):
            letters = [self._make("variable", value=letter) for letter in name]
            product = letters[0]
            for letter in letters[1:]:
                product = self._make("*", product, letter)
            return product
        names = ", ".join((*self._variables, *CONSTANTS))
        functions = ", ".join(sorted((*RULES, *PAIRS, *self._more, "ln")))
        raise self._wrong(message("one of {names} or a function: {functions}", names=names, functions=functions), token)

    def _bracket(self, count: int) -> list[Node]:
        """Read ( and as many expressions as asked, with commas between them, and )."""
        self._deeper()
        self._expect("(")
        bars, self._bars = self._bars, 0
        inner = [self._sum()]
        for _ in range(count - 1):
            self._expect(",")
            inner.append(self._sum())
        self._expect(")")
        self._bars = bars
        self._depth -= 1
        return inner

    def _expect(self, sign: str) -> None:
        if not self._at(sign):
            raise self._wrong(message("an operator such as + − · / ^ or {sign}", sign=sign))
        self._take()
