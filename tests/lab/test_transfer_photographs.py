"""One's own photographs: what is read of a folder, what is refused, features that are kept, heads that answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from lab.core.events import Event, Metrics, Predictions, Remark, made
from lab.core.experiment import Context
from lab.core.figures import Bars, Table
from lab.core.pictures import Pictures
from lab.core.text import LabError
from lab.data.images import reading
from lab.data.store import DataStore
from lab.maths.chance import mean_interval
from lab.nets.pretrained.kept import ALWAYS
from lab.nets.pretrained.preparing import prepared, square
from lab.nets.pretrained.weights import load
from lab.running import sessions
from lab.terminal.cli import cli
from lab.topics.transfer.photographs import Photographs, features
from lab.topics.transfer.photographs.drawings import KINDS, drawing
from lab.topics.transfer.photographs.kept import KeptHead
from lab.topics.transfer.photographs.params import PhotographsParams
from lab.topics.transfer.photographs.pictures import Found, digest_of, divided, of_folder
from tests.lab.contracts import prints_its_metrics, ran

DATA = DataStore(Path("unused"))
FEW = {"splits": 1, "epochs": 10}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with three drawings of boats and of cups, in files of different kinds."""
    for place, kind in enumerate(KINDS[:2]):
        (tmp_path / "own" / kind).mkdir(parents=True)
        for number, ending in enumerate(("jpg", "png", "webp")):
            Image.fromarray(drawing(kind, (7, place, number))).save(tmp_path / "own" / kind / f"{number}.{ending}")
    return tmp_path / "own"


def reasons(found: Found) -> dict[tuple[str, str], str]:
    return {(each.label, each.name): str(each.reason) for each in found.refused}


def own(folder: Path, **changes: Any) -> PhotographsParams:
    return PhotographsParams(folder=str(folder), **{**FEW, **changes})


# What is read, and what is not.


def test_a_folder_a_class_is_read(folder: Path) -> None:
    found = of_folder(str(folder), 100)
    assert found.classes == ("boat", "cup")
    assert found.pixels.shape == (6, 224, 224, 3) and found.pixels.dtype == np.uint8
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.refused == () and found.names[0] == "boat/0.jpg"
    with Image.open(folder / "boat" / "1.png") as image:
        np.testing.assert_array_equal(found.pixels[1], np.asarray(image.convert("RGB")))


def test_what_cannot_be_used_is_left_out_with_its_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (folder / "boat" / "0.jpg").read_bytes()
    (folder / "boat" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "boat" / "notes.txt").write_text("a boat")
    (folder / "boat" / "page.png").write_text("<!DOCTYPE html>")
    (folder / "boat" / "raw.cr2").write_bytes(b"II*\0")
    (folder / "cup" / "again.png").write_bytes((folder / "boat" / "1.png").read_bytes())
    (folder / "lonely").mkdir()
    Image.fromarray(drawing("tree", (7, 5, 0))).save(folder / "lonely" / "one.png")
    (folder / "empty").mkdir()
    monkeypatch.setattr(reading, "MAXIMUM_PIXELS", 1_000_000)
    Image.new("L", (1200, 1000)).save(folder / "cup" / "huge.png")
    found = of_folder(str(folder), 100)
    assert found.classes == ("boat", "cup") and np.bincount(found.labels).tolist() == [3, 3]
    said = reasons(found)
    assert "damaged or cut short" in said["boat", "cut.jpg"]
    assert "no picture by its name" in said["boat", "notes.txt"]
    assert "a web page" in said["boat", "page.png"]
    assert "Save it as JPEG or PNG" in said["boat", "raw.cr2"]
    assert said["cup", "again.png"] == "It is the same picture as boat/1.png."
    assert "more than 1 million pixels" in said["cup", "huge.png"]
    assert "no pictures in it" in said["empty", ""]
    assert "here are 1" in said["lonely", ""]
    assert len(said) == 8


def test_folders_that_cannot_be_used_at_all_are_refused_before_a_run(folder: Path, tmp_path: Path) -> None:
    def refusal(path: Path, **changes: Any) -> str:
        with pytest.raises(LabError) as error:
            Photographs().validate(own(path, **changes), DATA)
        return str(error.value)

    assert "is no folder" in refusal(tmp_path / "nowhere")
    assert "is no folder" in refusal(folder / "boat" / "0.jpg")
    (tmp_path / "empty").mkdir()
    assert "no folder with pictures in it" in refusal(tmp_path / "empty")
    (tmp_path / "one" / "cats").mkdir(parents=True)
    Image.new("RGB", (9, 9)).save(tmp_path / "one" / "cats" / "1.png")
    assert "two at least are needed" in refusal(tmp_path / "one")
    assert "There is no file" in refusal(folder, ask=str(folder / "none.jpg"))
    assert "is a folder" in refusal(folder, ask=str(folder))


def test_many_are_passed_over_and_it_is_said(folder: Path) -> None:
    found = of_folder(str(folder), 2)
    assert found.passed == (1, 1) and len(found.labels) == 4
    [classes] = [each for each in Photographs().preview(own(folder, most=2), DATA) if each.key == ("Table", "classes")]
    assert isinstance(classes, Table) and "2 pictures more were passed over." in str(classes.note)


def test_folders_called_train_and_test_divide(folder: Path, tmp_path: Path) -> None:
    for part, numbers in (("train", ("0.jpg", "1.png")), ("test", ("2.webp",))):
        for kind in KINDS[:2]:
            (tmp_path / "split" / part / kind).mkdir(parents=True)
            for name in numbers:
                (tmp_path / "split" / part / kind / name).write_bytes((folder / kind / name).read_bytes())
    train, test = of_folder(str(tmp_path / "split"), 100).parts(0.5, 7)
    assert (len(train), len(test)) == (4, 2)


def test_each_class_is_learned_and_tested() -> None:
    labels = np.repeat([0, 1, 2], [2, 5, 40])
    held = divided(labels, 0.25, 7)
    assert [int(held[labels == one].sum()) for one in range(3)] == [1, 1, 10]
    assert (held != divided(labels, 0.25, 8)).any()
    assert not divided(labels, 0.9, 7)[:2].all()


def test_a_large_photograph_is_decoded_at_a_fraction_of_its_size(tmp_path: Path) -> None:
    pixels = np.repeat(np.repeat(drawing("house", (7, 4, 0)), 16, 0), 16, 1)
    Image.fromarray(pixels).save(tmp_path / "large.jpg")
    assert reading.read_photo(tmp_path / "large.jpg", 448).pixels.shape == (448, 448, 3)
    assert reading.read_photo(tmp_path / "large.jpg").pixels.shape == pixels.shape
    near = square(reading.read_photo(tmp_path / "large.jpg", 448).pixels).astype(int)
    assert abs(near - square(pixels)).mean() < 3


# Features.


def test_features_are_those_of_the_network_and_computed_once(
    descent_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "_memory", type(features._memory)())
    pixels = drawing("fish", (1, 2, 3))
    kept, digest = features.Features(7, "cpu"), digest_of(pixels)
    found = kept.of("", pixels, digest)
    with torch.inference_mode():
        theirs = load(ALWAYS).features(prepared(pixels)[None])[0].numpy()
    np.testing.assert_allclose(found, theirs, atol=1e-4)
    features._memory.clear()
    fresh = features.Features(7, "cpu")
    monkeypatch.setattr(fresh, "_network", lambda name: pytest.fail("computed again"))
    np.testing.assert_array_equal(fresh.of("", pixels, digest), found)
    # What is damaged on the disk is no feature.
    [file] = (descent_home / "features").rglob("*.npy")
    file.write_bytes(file.read_bytes()[:1000])
    features._memory.clear()
    np.testing.assert_array_equal(features.Features(7, "cpu").of("", pixels, digest), found)


def test_raw_pixels_are_means_of_seven_by_seven() -> None:
    pixels = drawing("tree", (1, 2, 3))
    means = torch.nn.functional.avg_pool2d(torch.tensor(pixels / 255).permute(2, 0, 1), 7).permute(1, 2, 0)
    np.testing.assert_allclose(features.colours(pixels[None])[0], means.flatten().numpy(), atol=1e-6)


# Heads.


def go(params: PhotographsParams) -> tuple[Photographs, list[Event]]:
    instance = Photographs()
    instance.data = DATA
    instance.prepare(params)
    return instance, list(instance.run(params, Context("cpu", DATA)))


def newest(events: Iterator[Event], kind: type[Event], name: str) -> Any:
    return [each for each in made(events) if isinstance(each, kind) and getattr(each, "name", "") == name][-1]


def test_an_own_folder_is_learned_asked_and_kept(folder: Path, tmp_path: Path) -> None:
    asked = tmp_path / "further.png"
    Image.fromarray(drawing("cup", (9, 1, 5))).save(asked)
    session = sessions.start("transfer.photographs", own(folder), 1, tmp_path / "run")
    metrics = [event for event in session.events if isinstance(event, Metrics)][-1].values
    assert metrics["train_accuracy"] == 1 and metrics["classes"] == 2 and metrics["pictures"] == 6
    page: Any = session.experiment
    answer = newest(page.query({"ask": str(asked)}), Bars, "answer")
    assert [len(panel.values) for panel in answer.panels] == [2, 2, 2]
    pictures = newest(page.query({}), Pictures, "asked")
    assert str(pictures.panels[0].title) == "further.png" and len(pictures.panels) == 5
    [said] = [each for each in page.query({"ask": str(folder / "none.png")}) if isinstance(each, Remark)]
    assert "There is no file" in str(said.message) and said.level == "warning"
    assert newest(page.query({"image": 0}), Bars, "answer").panels[0].remark != answer.panels[0].remark
    # The head that was kept says the same as the page.
    head = KeptHead(tmp_path / "run" / "model.safetensors")
    shares = head.shares(drawing("cup", (9, 1, 5)))
    assert head.classes == ("boat", "cup")
    np.testing.assert_allclose(np.sort(shares)[::-1], answer.panels[0].values, atol=1e-6)
    result = CliRunner().invoke(cli, ["predict", str(asked), "--model", str(tmp_path / "run"), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["probabilities"] == pytest.approx(shares.tolist(), abs=1e-6)
    bad = CliRunner().invoke(cli, ["predict", str(folder / "none.png"), "--model", str(tmp_path / "run")])
    assert bad.exit_code == 2


def test_the_program_of_a_folder_prints_the_numbers_of_the_page(folder: Path) -> None:
    with Image.open(folder / "boat" / "1.png") as image:
        image.convert("RGBA").save(folder / "boat" / "1.png")
    found = ran(Photographs, own(folder, splits=2, test_share=0.5, epochs=2), DATA, watched=True)
    prints_its_metrics(found.code, found.metrics.everything)


def test_a_head_is_refused_where_it_is_none(tmp_path: Path) -> None:
    from lab.nets.weight_files import write_weights

    file = tmp_path / "model.safetensors"
    about = {"experiment": "transfer.photographs", "params": PhotographsParams().to_json(), "classes": ["a", "b"]}
    write_weights(file, {"mean": np.zeros(3, np.float32)}, about)
    with pytest.raises(LabError, match="not those of a head"):
        KeptHead(file)
    write_weights(file, {}, {**about, "experiment": "cnn.mnist"})
    with pytest.raises(LabError, match="not those of a head"):
        KeptHead(file)


def test_a_run_is_not_continued_with_other_pictures(folder: Path, tmp_path: Path) -> None:
    session = sessions.start("transfer.photographs", own(folder), 1, tmp_path / "run")
    next(session.events)
    session.close()
    (folder / "cup" / "0.jpg").unlink()
    with pytest.raises(LabError, match=r"data of the run .* pictures"):
        sessions.resume(tmp_path / "run")


def test_confusion_and_test_pictures_are_of_the_same_pictures(folder: Path) -> None:
    params = own(folder, test_share=0.5)
    [images] = [each for each in Photographs().preview(params, DATA) if each.key == ("Images", "test")]
    page, _ = go(params)
    found = newest(page.query({}), Predictions, "test")
    np.testing.assert_array_equal(found.truth, images.labels)  # type: ignore[attr-defined]


@pytest.mark.long
@pytest.mark.parametrize(
    ("chosen", "least"), [({"each": 8}, (0.9, 0.5, 0.5)), ({"pictures": "tiles"}, (0.95, 0.05, 0.1))]
)
def test_what_the_weights_do_over_five_seeds(chosen: dict[str, Any], least: tuple[float, float, float]) -> None:
    runs = [
        ran(Photographs, PhotographsParams(**chosen, splits=1, seed=seed), DATA).metrics.values for seed in range(7, 12)
    ]
    right = {way: np.array([run[f"{way}test_accuracy"] for run in runs]) for way in ("", "random_", "pixels_")}
    assert right[""].mean() > least[0]
    assert mean_interval(right[""] - right["random_"])[0] > least[1]
    assert mean_interval(right[""] - right["pixels_"])[0] > least[2]
