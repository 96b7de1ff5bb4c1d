"""The vendored front end is byte for byte what its packages shipped."""

import shutil
from pathlib import Path

import pytest

from retained.pages.vendored import VENDOR_FOLDER, differences

TEST_VENDOR = Path(__file__).resolve().parents[1] / "vendor"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(VENDOR_FOLDER, tmp_path / "vendor"))


def test_every_vendored_file_is_as_it_came() -> None:
    assert differences() == []


def test_the_files_that_only_tests_use_are_as_they_came() -> None:
    assert differences(TEST_VENDOR) == []


def test_a_changed_file_is_found(copy: Path) -> None:
    (copy / "htmx/htmx.min.js").write_text("alert(1)")
    assert differences(copy) == ["htmx/htmx.min.js is not the file of htmx.org 4.0.1."]


def test_a_missing_file_is_found(copy: Path) -> None:
    (copy / "icons.svg").unlink()
    assert differences(copy) == ["icons.svg is named in vendor.json but is not there."]


def test_a_file_that_nobody_named_is_found(copy: Path) -> None:
    (copy / "extra.js").write_text("")
    assert differences(copy) == [
        "extra.js is not named in vendor.json: add it to bin/vendor-front."
    ]


def test_a_package_without_its_licence_is_found(copy: Path) -> None:
    (copy / "LICENSES/echarts.txt").unlink()
    assert differences(copy) == ["echarts has no licence text: LICENSES/echarts.txt is missing."]
