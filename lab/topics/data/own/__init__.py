"""One's own table or images: what was read, and which experiments can use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from lab.core.events import Event, ImageRows, Remark, lazily
from lab.core.examples import Examples
from lab.core.experiment import RunMode
from lab.core.figures import Bars, Table
from lab.core.metaparameters import SeedParams
from lab.core.numbers import NumbersPage
from lab.core.params import Params, choice, real, text
from lab.core.quantities import Numbers
from lab.core.specs import When
from lab.core.text import LabError, message
from lab.data.base import ImageDataset
from lab.data.store import DataStore
from lab.data.tables.own import OwnDataParams
from lab.topics.data.own.figures import columns, counts, images_measured, measured, nothing, some
from lab.topics.data.own.numbers import of_images, of_table
from lab.topics.data.own.reading import ReadTable, looked_into
from lab.topics.data.own.uses import uses

_LOOKED = message("Nothing was changed. To learn from these images, import them under “Data …”.")
EXAMPLE = Path(__file__).resolve().parents[4] / "resources" / "tables" / "leaves.csv"


@dataclass(frozen=True, kw_only=True)
class OwnParams(OwnDataParams, SeedParams):
    """A table, or images."""

    own_when: ClassVar[When | None] = ("kind", ("table",))
    essentials: ClassVar[tuple[str, ...]] = ("kind", "file", "roles", "folder")

    kind: str = choice(
        "table", {"table": "Table", "images": "Images"}, label="What", group="Own data",
        help="A table of text with a row for each example, or images in classes.",
    )  # fmt: skip
    folder: str = text(
        "", label="Folder", group="Own data", longest=1000, dialog="folder", when=("kind", ("images",)),
        help="A folder with a folder of images for each class, or a file of pixels, to look into. Empty: the images "
        "that were imported.",
    )  # fmt: skip
    train_share: float = real(
        0.8, 0.1, 1.0, slider=True, label="Share to train on", group="Data", when=("kind", ("table",)),
        help="The share of each class that is learned from; the rest is for testing.",
    )  # fmt: skip

    def chosen(self) -> str:
        """Return the file of the table: the example where none is chosen."""
        return self.file if self.file.strip() else str(EXAMPLE)

    def table(self) -> ReadTable:
        """Return the table as it was read. Raises ParamError where it cannot be read at all."""
        return ReadTable.of(self.chosen(), self.roles, self.missing, self.limits, self.train_share, self.seed)

    def images(self, data: DataStore) -> ImageDataset:
        """Return the images: of the folder, or those that were imported. Raises DataError."""
        return looked_into(self.folder) if self.folder.strip() else data.load("own")


class Own(NumbersPage[OwnParams]):
    """The way in: reading is shown, nothing is changed."""

    id: ClassVar[str] = "data.own"
    title: ClassVar[str] = "Your own data"
    params: ClassVar[type[Params]] = OwnParams
    mode: ClassVar[RunMode] = "background"

    def validate(self, params: OwnParams, data: DataStore) -> None:
        """Raise LabError where the file or the images cannot be read."""
        if params.kind == "table":
            params.table()
        else:
            params.images(data)

    def figures(self, params: OwnParams) -> Iterator[Event]:
        """Yield what was read, and where it can be used."""
        try:
            self.validate(params, self.data)
        except LabError:
            # What stands there is of other data.
            yield from (*(Table(name, (), ()) for name in ("columns", "uses", "numbers", "check")), *nothing())
            raise
        if params.kind == "images":
            dataset = params.images(self.data)
            yield Table("columns", (), ())
            yield lazily(ImageRows, "images", some, dataset)
            yield lazily(Bars, "classes", counts, dataset.classes, dataset.train.labels, dataset.test.labels)
            yield lazily(Examples, "rows", images_measured, dataset)
            yield uses(params, self.data, dataset)
            yield Remark("read", _LOOKED if params.folder.strip() else dataset.source)
            return
        table = params.table()
        yield columns(table)
        yield ImageRows("images", ())
        yield uses(params, self.data)
        if table.examples is None:
            # What stood there before was of other data.
            yield from (*nothing(), Remark("read", table.problem, "warning"))
            return
        found = table.examples
        yield lazily(Bars, "classes", counts, found.class_names, *table.parts())
        yield lazily(Examples, "rows", measured, table)
        example = message("No file is chosen: this is an example. Choose a CSV file of your own.")
        yield Remark("read", found.remark if params.file.strip() else example)

    def numbers(self, params: OwnParams) -> Sequence[Numbers]:
        """Return how much there is."""
        if params.kind == "images":
            return [of_images(params.images(self.data), self.data, bool(params.folder.strip()))]
        return [of_table(params.table())]


EXPERIMENT = Own
