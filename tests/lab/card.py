"""A graphics card that is none: tensors that say they are on "cuda:0", and are computed by the CPU.

What a card would refuse is refused here: operands on two devices, NumPy of what is there, copies that nobody asked for.
So whole trainings can be tested for where everything is, on computers without a card, and their numbers compared with
those of the CPU. How a card rounds, how fast it is, and what is not done when a call returns, only a card tells:
`python -m tests.gpu`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.utils import _pytree as trees
from torch.utils._python_dispatch import TorchDispatchMode

CARD = torch.device("cuda:0")
aten = torch.ops.aten
COPIES = {aten.copy_, aten._to_copy}
INDEXED = {aten.index, aten.index_put, aten.index_put_, aten._index_put_impl_, aten._unsafe_index}
"""What takes its indices from the CPU too."""


class OnCard(Tensor):
    """A tensor on the card; `inner` are its numbers."""

    inner: Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, inner: Tensor) -> OnCard:
        """Wrap numbers; the shape is theirs."""
        return Tensor._make_wrapper_subclass(  # type: ignore[attr-defined,no-any-return]
            cls, inner.shape, strides=inner.stride(), storage_offset=inner.storage_offset(), dtype=inner.dtype,
            layout=inner.layout, device="meta",
        )  # fmt: skip

    def __init__(self, inner: Tensor) -> None:
        self.inner = inner

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """Where it says it is. To autograd it is on "meta", since that would ask a card for its streams."""
        return CARD

    @property
    def is_cuda(self) -> bool:  # type: ignore[override]
        """It is."""
        return True

    is_meta = False

    def tolist(self) -> Any:
        """Return the numbers, as it does from a card."""
        return self.inner.tolist()

    def __repr__(self, **_kwargs: Any) -> str:
        return f"OnCard({self.inner!r})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        return computed(func, args, kwargs or {})


class Card(TorchDispatchMode):
    """While it is there, "cuda:0" is a device."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        return computed(func, args, kwargs or {})


def computed(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Compute as the card would, if it would."""
    given = [each for each in trees.tree_leaves((args, dict(kwargs))) if isinstance(each, Tensor)]
    there = [each for each in given if isinstance(each, OnCard)]
    # A single number of the CPU may stand in any operation.
    here = [each for each in given if not isinstance(each, OnCard) and each.ndim]
    packet = func.overloadpacket
    if there and here and packet not in COPIES and not (packet in INDEXED and isinstance(args[0], OnCard)):
        raise RuntimeError(f"Expected all tensors to be on the same device, but found cuda:0 and cpu in {func}")
    wanted = None if kwargs.get("device") is None else torch.device(kwargs["device"]).type
    # To itself, what is there is on "meta".
    on_card = bool(there) if wanted is None or (wanted == "meta" and there) else wanted == "cuda"
    inner = {name: "cpu" if name == "device" and value is not None else value for name, value in kwargs.items()}
    result = func(*_unwrapped(args), **_unwrapped(inner))
    if func._schema.is_mutable:
        # What changes a tensor gives that one back.
        own = {id(_unwrapped(each)): each for each in there}
        return trees.tree_map_only(Tensor, lambda each: own.get(id(each), each), result)
    return trees.tree_map_only(Tensor, OnCard, result) if on_card else result


class _Generator(torch.Generator):
    """A generator of the card draws from one of the CPU."""

    place = torch.device("cpu")

    def __new__(cls, device: Any = "cpu") -> Any:
        made = super().__new__(cls)
        made.place = torch.device(device)
        return made

    @property
    def device(self) -> torch.device:
        """Where it draws."""
        return self.place

    def get_state(self) -> Tensor:
        """Return where it stands; of a card in another form, which is of no use to the CPU."""
        state: Tensor = super().get_state()
        return state if self.place.type == "cpu" else torch.cat([state, state.new_zeros(1)])

    def set_state(self, state: Tensor) -> None:
        """Go there. Raises RuntimeError where it is the state of another kind of device."""
        super().set_state(state if self.place.type == "cpu" else state[:-1])


def _unwrapped(tree: Any) -> Any:
    return trees.tree_map_only(OnCard, lambda each: each.inner, tree)


@contextmanager
def inserted() -> Iterator[None]:
    """Let the computer have a graphics card."""
    states: dict[str, Tensor] = {}
    lifted = torch._C._only_lift_cpu_tensors()  # type: ignore[attr-defined]
    # What torch.tensor makes is given to the mode before it is moved.
    torch._C._set_only_lift_cpu_tensors(True)  # type: ignore[attr-defined]
    with (
        # Parameters of a module that is moved are new ones here; on a card they stay the same objects.
        patch.object(torch.__future__, "get_overwrite_module_params_on_conversion", lambda: True),
        # Tensors of other kinds have no slices in inference mode.
        patch.object(torch, "inference_mode", torch.no_grad),
        patch.object(torch.cuda, "_lazy_init", lambda: None),
        patch.object(torch.cuda, "get_rng_state", lambda _device=None: states.get("", torch.get_rng_state()).clone()),
        patch.object(torch.cuda, "set_rng_state", lambda state, _device=None: states.update({"": state})),
        patch.object(torch, "Generator", _Generator),
        Card(),
    ):
        try:
            yield
        finally:
            torch._C._set_only_lift_cpu_tensors(lifted)  # type: ignore[attr-defined]
