"""`retained case pack` writes the board pack of a case file."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from retained.project.command_line.case_commands import case
from strategy.case_texts import SURE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "case.yaml"
    written.write_text(SURE, "utf-8")
    return written


def pack(*arguments: Path | str) -> Result:
    return CliRunner().invoke(case, ["pack", *map(str, arguments), "--draws", "100", "--seed", "7"])


def test_a_pdf_and_a_workbook_are_written(file: Path, tmp_path: Path) -> None:
    pdf, xlsx = tmp_path / "board.pdf", tmp_path / "board.xlsx"
    ended = pack(file, "--pdf", pdf, "--xlsx", xlsx)
    assert ended.exit_code == 0, ended.output
    assert "100 draws, seed 7" in PdfReader(pdf).pages[0].extract_text()
    assert openpyxl.load_workbook(xlsx)["Offer"]["A4"].value == "Begin"


def test_one_of_them_is_enough_and_none_is_refused(file: Path, tmp_path: Path) -> None:
    assert pack(file, "--xlsx", tmp_path / "board.xlsx").exit_code == 0
    refused = pack(file)
    assert refused.exit_code == 2
    assert "--pdf board.pdf" in refused.output


def test_a_file_that_is_no_case_writes_nothing(file: Path, tmp_path: Path) -> None:
    file.write_text(SURE.replace("months: 15", "months: 0"), "utf-8")
    ended = pack(file, "--pdf", tmp_path / "board.pdf")
    assert ended.exit_code == 1
    assert "case.yaml, row 7" in ended.stderr
    assert not (tmp_path / "board.pdf").exists()
