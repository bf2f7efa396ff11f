"""What is said of a layer of a tree."""

from __future__ import annotations

from app.core.language import tr
from app.views.prose import listed, maths, told
from app.views.tree.picture import shape_words
from app.views.tree.rows import TreeRow


def sums_words(parameters: int, trainable: int) -> str:
    """Say how many parameters there are, and how many of them are trained."""
    return tr(
        "{parameters} parameters, {trainable} of them are trained",
        parameters=f"{parameters:,}",
        trainable=f"{trainable:,}",
    )


def row_words(row: TreeRow, several: bool) -> str:
    """Say everything of a layer; `several` tells that it contains others."""
    layer = row.layer
    lines = [maths(listed(layer.path, layer.kind, between=" · ") if layer.path else layer.kind)]
    if layer.shape_out is None:
        lines.append(told(tr("not used for this example, so that its output is not known")))
    else:
        lines.append(told(tr("output of shape {shape}", shape=shape_words(layer.shape_out))))
    lines.append(told(sums_words(row.parameters, row.trainable)))
    if row.multiply_adds or row.activations:
        work, given = f"{row.multiply_adds:,}", f"{row.activations:,}"
        lines.append(told(tr("{work} multiply-adds an image, {given} numbers given out", work=work, given=given)))
    if several and layer.parameters:
        lines.append(told(tr("{count} parameters of its own", count=f"{layer.parameters:,}")))
    if row.frozen:
        lines.append(told(tr("frozen: training does not change it")))
    if layer.held:
        lines.append(told(tr("evaluation mode: its running mean and variance stay as they are and are used")))
    elif several and row.held:
        lines.append(told(tr("{count} batch norms in evaluation mode", count=row.held)))
    return "".join(lines)
