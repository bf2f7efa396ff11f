"""What is said of the events of the story."""

from __future__ import annotations

from lab.core.figures import Words
from lab.core.text import Message, Verbatim, message
from lab.topics.transforms.dataset.ledger import Ledger
from lab.topics.transforms.dataset.narration import Happening


def said(ledger: Ledger) -> Message:
    """Return what happens now, in a sentence."""
    now, params, count = ledger.now, ledger.params, len(ledger.labels)
    if now is None:
        return message("Run plays it, one event after the other; one step shows the next.")
    match now.kind:
        case "import":
            return message("The data are read: {count} images as bytes, with their labels.", count=count)
        case "class" if params.kind == "own":
            return message("Python reads the class. No image is touched.")
        case "class":
            return message("TensorDataset is torch's own class: nothing has to be written.")
        case "transforms":
            return message("The transforms are made: objects that remember what to do. None of them runs.")
        case "dataset" if params.when == "once":
            return message("All transforms run now, once for each of the {count} images, and never again.", count=count)
        case "dataset":
            return message("The data set is made. It keeps references; no transform runs.")
        case "loader":
            return message("The loader is made, and knows how it will make batches. Still nothing runs.")
        case "order" if params.shuffle:
            return message("Epoch {epoch} begins: the sampler shuffles all places.", epoch=now.epoch)
        case "order":
            return message("Epoch {epoch} begins: the sampler gives all places in order.", epoch=now.epoch)
        case "item" if now.transforms:
            return message("The loader asks for image {index}; now the transforms run. {done}", index=now.index,
                           done=done_to(now))  # fmt: skip
        case "item":
            return message("The loader asks for image {index}: a row of the tensor, no transform runs.",
                           index=now.index)  # fmt: skip
        case "collate":
            shape = Verbatim(str(now.shape))
            return message("{count} tensors are stacked into one of {shape}.", count=now.shape[0], shape=shape)
        case "batch":
            return message("Batch {batch} of epoch {epoch} arrives in the loop.", batch=now.batch, epoch=now.epoch)
        case _:
            left = count - ledger.delivered[now.epoch]
            if left:
                return message(
                    "Epoch {epoch} ends; {left} images were left out (drop_last).", epoch=now.epoch, left=left
                )
            return message("Epoch {epoch} ends: every image came once.", epoch=now.epoch)


def done_to(item: Happening) -> Words:
    """Return what the transforms drew when they ran on an image."""
    turned = "" if item.angle is None else f"{item.angle:+.1f}°"
    if item.flipped is None:
        return turned
    flip = message("flipped") if item.flipped else message("not flipped")
    return message("{flip}, {angle}", flip=flip, angle=turned) if turned else flip
