"""`retained rank` ranks from two files without Django; the same seed gives the same bytes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from retained.project.command_line.ranking import rank

EXAMPLE = Path(__file__).parents[2] / "examples" / "choosing-a-partner"
MODEL, BIDS = str(EXAMPLE / "evaluation.yaml"), str(EXAMPLE / "bids.csv")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rank, [MODEL, "--bids", BIDS, "--draws", "20000", *arguments])


def test_the_story_is_ranked_and_its_lead_doubted_in_words() -> None:
    ended = run()
    assert ended.exit_code == 0
    lines = ended.stdout.splitlines()
    assert lines[2].split()[:3] == ["1", "Brightdesk", "75.5"]
    assert "Not passed: Information security is certified." in ended.stdout
    assert "plausible readings of your own scores." in ended.stdout
    assert "down to 23.4 % (now 25.0 %" in ended.stdout


def test_json_holds_everything_that_repeats_it() -> None:
    document = json.loads(run("--seed", "7", "--format", "json").stdout)
    assert [one["bid"] for one in document["ranking"]] == [
        "Brightdesk",
        "Osprey",
        "Meros",
        "Tallis",
    ]
    assert (document["draws"], document["seed"], document["rules"]) == (20000, 7, "ranking/1")
    assert len(document["model_sha256"]) == len(document["bids_sha256"]) == 64
    assert document["smallest_changes"]["one_weight"][0]["still_holds"] == 0.234
    assert document["without_evaluator"][0]["first"] == "Osprey"
    assert document["doubt"]["both"]["wins"]["Brightdesk"]["Osprey"] > 0.5


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert run("--format", "json").stdout == run("--format", "json").stdout
    assert run("--format", "json").stdout != run("--format", "json", "--seed", "8").stdout


@pytest.mark.parametrize(
    ("part", "header"),
    [
        ("ranking", "rank,bid,total,wins_in_scores,wins_in_weights,wins_in_both,rejected"),
        ("lines", "bid,criterion,mark,value,weight,points"),
        ("doubt", "readings_of,bid,rank,share"),
        ("pairs", "readings_of,bid,before,share"),
        ("changes", "of,criterion,bid,now,level_at,still_holds,changes_at,instead"),
        ("without", "left_out,without,first,lead,same_order"),
        ("agreement", "criterion,alpha,reading,widest_on,spread"),
        ("evaluators", "evaluator,given,missing,severity,outlying"),
        ("second-opinions", "method,bid,rank,score,agrees"),
    ],
)
def test_every_part_is_a_table(part: str, header: str) -> None:
    lines = run("--show", part, "--format", "csv").stdout.splitlines()
    assert lines[0] == header
    assert len(lines) > 3


def test_a_model_is_checked_before_any_bid_is_there() -> None:
    asked = [MODEL, "--check-design", "--draws", "2000"]
    ended = CliRunner().invoke(rank, asked)
    assert ended.exit_code == 0
    assert "The cheapest bid wins: " in ended.stdout
    assert "A bid that lost decides who wins: 0.0 % of 2,000 sets." in ended.stdout
    document = json.loads(CliRunner().invoke(rank, [*asked, "--format", "json"]).stdout)
    assert (document["sets"], document["seed"]) == (2000, 1)
    assert (document["rules"], len(document["model_sha256"])) == ("ranking/1", 64)
    rows = CliRunner().invoke(rank, [*asked, "--format", "csv"]).stdout.splitlines()
    assert rows[0] == "criterion,weight,share,decides"


def test_what_is_wrong_ends_with_every_remark(tmp_path: Path) -> None:
    wrong = tmp_path / "bids.csv"
    wrong.write_text("bidder,evaluator,criterion,score\nA,lead,service,120\nA,,colour,7\n", "utf-8")
    ended = CliRunner().invoke(rank, [MODEL, "--bids", str(wrong)])
    assert ended.exit_code == 1
    assert "bids.csv, row 2, column “score”" in ended.stderr
    assert "bids.csv, row 3, column “criterion”" in ended.stderr
    wrong.write_text(
        "bidder,evaluator,criterion,score\nA,,security_gate,pass\nA,lead,service,70\n", "utf-8"
    )
    ended = CliRunner().invoke(rank, [MODEL, "--bids", str(wrong)])
    assert ended.exit_code == 1
    assert ended.stderr.count("A has no mark here") == 4


def test_a_relative_formula_is_warned_about(tmp_path: Path) -> None:
    text = (EXAMPLE / "evaluation.yaml").read_text("utf-8")
    relative = tmp_path / "model.yaml"
    relative.write_text(
        text.replace(
            "{formula: linear, best: 89000, worst: 126500}", "{formula: lowest_over_price}"
        ),
        "utf-8",
    )
    ended = CliRunner().invoke(rank, [str(relative), "--bids", BIDS, "--draws", "100"])
    assert ended.exit_code == 0
    assert "“Price a month” is relative" in ended.stderr


def test_without_a_file_or_bids_it_says_what_to_give(tmp_path: Path) -> None:
    assert CliRunner().invoke(rank, []).exit_code == 2
    program = "from retained.project.command_line import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", program, "rank", MODEL], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "There are no bids: give --bids FILE.csv" in ended.stderr


def test_it_needs_no_django() -> None:
    program = (
        "import sys; sys.modules['django'] = None\n"
        f"sys.argv = ['retained', 'rank', {MODEL!r}, '--bids', {BIDS!r}, '--draws', '10']\n"
        "from retained.project.command_line import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
