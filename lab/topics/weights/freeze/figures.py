"""What is shown of a network of which something is frozen: its layers, and its parameters one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lab.core.events import Layer, LayerTree, TreeLayer
from lab.core.figures import Cell, Table, Words
from lab.core.text import message
from lab.topics.weights.freeze.plan import EVER, Plan, Tensor


def tree(layers: Sequence[Layer], tensors: Sequence[Tensor], plan: Plan, epoch: int, held: bool) -> LayerTree:
    """Return the network with what learns of it in an epoch; `held`: frozen batch norms are in evaluation mode."""
    shown = [TreeLayer("", 0, "Sequential")]
    for layer in layers:
        own = [tensor for tensor in tensors if tensor.layer == layer.name]
        learns = sum(tensor.count for tensor in own if not plan.frozen(tensor.name, epoch))
        still = held and layer.kind == "batch_norm" and not learns
        shown.append(TreeLayer(layer.name, 1, layer.kind, layer.shape_out, layer.parameters, learns, still))
    return LayerTree("network", tuple(shown))


def parameters_table(
    tensors: Sequence[Tensor],
    plan: Plan,
    epoch: int,
    moves: Mapping[str, float],
    moved: Mapping[str, float],
    gathered: Sequence[str] = (),
) -> Table:
    """Return, of the epoch with this number, which parameters learn, and how far each has gone.

    moves: by how much of its length a tensor moved in the epoch; moved: since the start. gathered: the names of running
    means and variances, which no gradient moves.
    """
    rows = []
    for tensor in tensors:
        frozen = plan.frozen(tensor.name, epoch)
        step = moves.get(tensor.name)
        rows.append(
            (
                Cell(tensor.name),
                Cell(tensor.count),
                _state(frozen, plan.spans(tensor.name)),
                Cell(_percent(step), mark="bad" if frozen and step else ""),
                Cell(_percent(moved.get(tensor.name))),
            )
        )
    why = message("No gradient moves it: batch norm gathers it while it is in training mode.")
    for name in gathered:
        now, in_all = (Cell(_percent(far.get(name))) for far in (moves, moved))
        rows.append((Cell(name, why), Cell(None), Cell(message("gathered")), now, in_all))
    columns = (
        message("parameter"), message("numbers"), message("epoch {epoch}", epoch=epoch), message("moved, %"),
        message("in all, %"),
    )  # fmt: skip
    note = message("How far each has moved, over the length that it had: in this epoch, and since the first weights.")
    return Table("parameters", columns, tuple(rows), note)


def _state(frozen: bool, spans: Sequence[tuple[int, int]]) -> Cell:
    whens = ", ".join(f"{first}–{'' if last == EVER else last}" for first, last in spans)
    why: Words = message("frozen in epochs {epochs}", epochs=whens) if whens else ""
    return Cell(message("frozen"), why, "muted") if frozen else Cell(message("learns"), why, "strong")


def _percent(share: float | None) -> float | None:
    return None if share is None else float(f"{100 * share:.3g}")
