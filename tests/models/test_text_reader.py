"""Text read in pictures; the models are those inside the wheel of the extra `ocr`."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from photosearch.encoder import Bytes
from photosearch.errors import MissingExtra, ModelError, ShapeError
from photosearch.models import text_reader
from photosearch.models.text_reader import LineReader, clean_lines, load_text_reader

READS = """
import sys
asked = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
sys.addaudithook(lambda event, _: event in asked and sys.exit(f"REFUSED {event}"))
import numpy as np
from photosearch.models.text_reader import load_text_reader
load_text_reader().read(np.zeros((50, 50, 3), np.uint8))
print(*(name for name in sys.modules if "telemetry" in name or name == "torch"))
"""


def written(*lines: str, size: int = 40, face: Path | None = None) -> Bytes:
    """Lines in black on white, by a font file or by the one inside Pillow."""
    font = ImageFont.truetype(face, size) if face else ImageFont.load_default(size)
    picture = Image.new("RGB", (900, 40 + 2 * size * len(lines)), "white")
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        pen.text((30, 20 + 2 * size * row), line, "black", font)
    return np.asarray(picture)


@pytest.fixture(scope="module")
def reader() -> LineReader:
    pytest.importorskip("rapidocr")
    return load_text_reader()


@pytest.mark.slow
def test_lines_are_read_from_top_to_bottom(reader: LineReader) -> None:
    assert reader.read(written("Hotel Seaview", "Room 12")) == "Hotel Seaview\nRoom 12"


@pytest.mark.slow
def test_diacritics_are_read(reader: LineReader) -> None:
    fonts = pytest.importorskip("matplotlib").get_data_path()
    picture = written("Grüße aus Málaga", face=Path(fonts, "fonts", "ttf", "DejaVuSans.ttf"))
    assert reader.read(picture) == "Grüße aus Málaga"


@pytest.mark.slow
def test_colours_keep_their_order(reader: LineReader) -> None:
    picture = written("Town hall")
    red_on_blue = np.where(picture < 128, (200, 0, 0), (0, 0, 255)).astype(np.uint8)
    assert reader.read(red_on_blue) == "Town hall"


@pytest.mark.slow
def test_small_writing_in_a_small_picture_is_read(reader: LineReader) -> None:
    small = Image.fromarray(written("Platform seven")).reduce(3)
    assert reader.read(np.asarray(small)) == "Platform seven"


@pytest.mark.slow
def test_the_same_picture_gives_the_same_text(reader: LineReader) -> None:
    picture = written("one two three", size=12)
    assert reader.lines(picture) == reader.lines(picture)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (4, 4), (40, 1600), (1000, 9)])
def test_a_picture_of_any_shape_is_read(reader: LineReader, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert reader.read(np.zeros_like(noise)) == ""
    assert isinstance(reader.read(noise), str)


@pytest.mark.slow
@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_another_array_is_refused(reader: LineReader, picture: Bytes) -> None:
    with pytest.raises(ShapeError, match=r"expected uint8 \[H, W, 3\]"):
        reader.read(picture)


@pytest.mark.slow
def test_nothing_is_said_on_the_terminal(
    reader: LineReader, capfd: pytest.CaptureFixture[str]
) -> None:
    reader.read(written("Exit"))
    reader.read(np.zeros((9, 9, 3), np.uint8))
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_neither_the_network_nor_torch_nor_telemetry_is_asked_for() -> None:
    pytest.importorskip("rapidocr")
    done = subprocess.run([sys.executable, "-c", READS], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_without_the_extra_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[ocr\]'$"):
        load_text_reader()


def test_a_wheel_without_the_models_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr")
    monkeypatch.setitem(text_reader._MODELS, "Rec", "none.onnx")
    with pytest.raises(ModelError, match=r"got no none\.onnx"):
        load_text_reader()


def test_models_that_do_not_run_are_a_model_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("rapidocr")
    (tmp_path / "no.onnx").write_bytes(b"no model")
    monkeypatch.setitem(text_reader._MODELS, "Det", str(tmp_path / "no.onnx"))
    with pytest.raises(ModelError, match="do not run here"):
        load_text_reader()


def test_lines_of_low_confidence_are_dropped() -> None:
    assert clean_lines([("sure", 0.95), ("unsure", 0.5), ("sure too", 0.9)]) == "sure\nsure too"


@pytest.mark.parametrize("line", ["", " ", "—", "A", "...", "\x00", "|"])
def test_what_is_no_word_is_no_line(line: str) -> None:
    assert clean_lines([(line, 1.0)]) == ""


def test_letters_are_composed() -> None:
    assert clean_lines([("cafe\u0301", 1.0)]) == "caf\u00e9"


@given(st.lists(st.text()))
def test_cleaned_lines_hold_nothing_but_characters(lines: list[str]) -> None:
    text = clean_lines((line, 1.0) for line in lines)
    assert text == unicodedata.normalize("NFC", text)
    kinds = {unicodedata.category(letter) for letter in text.replace("\n", "")}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert clean_lines((line, 1.0) for line in text.split("\n")) == text
