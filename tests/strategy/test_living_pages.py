"""Pages of what came true: a mapping, a file looked at, how the case stands, rows behind a line."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.cast import Cast
from retained.directory.engine.roles import Role
from retained.jobs.worker import run_waiting
from retained.strategy.jobs import rerun_case_job
from retained.strategy.models import ActualsFile, BusinessCase
from retained.strategy.queries.actuals import mapping_of
from strategy.signed_cases import LEDGER, MAPPING, PEOPLE, lived_case, signed_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.people[Role.FINANCE])
    return client


def upload(text: str, name: str = "ledger.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def test_from_a_mapping_to_how_the_case_stands(cast: Cast, finance: Client) -> None:
    signed_case(cast)
    page = finance.get("/cases/SIGNED/actuals/").content.decode()
    assert "Its header is read, and you say which column is what." in page
    page = finance.get("/cases/SIGNED/actuals/mapping/").content.decode()
    assert "offer.fee: [&quot;?&quot;]" in page
    sent = finance.post("/cases/SIGNED/actuals/mapping/", {"text": MAPPING, "number": 0})
    assert sent.status_code == 302
    for text, name in ((LEDGER, "ledger.csv"), (PEOPLE, "people.csv")):
        control = "392,34" if name == "ledger.csv" else ""
        data = {"file": upload(text, name), "control": control}
        looked = finance.post("/cases/SIGNED/actuals/", data, follow=True)
        page = looked.content.decode()
        assert "This is what was read. Does it count?" in page
        counted = finance.post(looked.request["PATH_INFO"], follow=True)
        assert "It counts, and the case is re-run with it." in counted.content.decode()
    run_waiting(only=rerun_case_job)
    page = finance.get("/cases/SIGNED/living/").content.decode()
    assert "Signed at" in page
    assert "after three months it" in page
    assert "belongs to no line: map the account 4990." in page
    rows = finance.get("/cases/SIGNED/living/offer.fee/").content.decode()
    assert "Storno" in rows
    assert "Flowers" in finance.get("/cases/SIGNED/living/unmapped/").content.decode()


def test_a_control_total_that_differs_is_said_on_the_page(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    data = {"file": upload(LEDGER + "\n"), "control": "392,35"}
    answer = finance.post("/cases/SIGNED/actuals/", data)
    assert answer.status_code == 422
    assert "and the control total is 392.35 EUR" in answer.content.decode()
    data = {"file": upload(LEDGER + "\n"), "control": "392.35"}
    answer = finance.post("/cases/SIGNED/actuals/", data)
    assert "is no figure with a decimal comma" in answer.content.decode()


def test_a_file_that_is_in_already_leads_to_itself(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    answer = finance.post("/cases/SIGNED/actuals/", {"file": upload(LEDGER)}, follow=True)
    assert "ledger.csv is in already." in answer.content.decode()


def test_a_file_takes_the_place_of_another(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    wrong = ActualsFile.objects.get(file__original_name="ledger.csv")
    data = {"file": upload(LEDGER + "\n", "right.csv"), "replaces": wrong.pk}
    answer = finance.post("/cases/SIGNED/actuals/", data, follow=True)
    assert "It takes the place of ledger.csv." in answer.content.decode()
    finance.post(answer.request["PATH_INFO"])
    wrong.refresh_from_db()
    assert wrong.superseded_at is not None


def test_a_file_is_withdrawn_with_a_reason(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    file = ActualsFile.objects.get(file__original_name="people.csv")
    address = f"/cases/SIGNED/actuals/{file.pk}/withdraw/"
    assert finance.post(address, {"reason": ""}).status_code == 422
    answer = finance.post(address, {"reason": "Another team"}, follow=True)
    assert "people.csv counts no more." in answer.content.decode()
    original = finance.get(f"/cases/SIGNED/actuals/{file.pk}/original/")
    assert b"".join(original.streaming_content) == PEOPLE.encode()  # type: ignore[attr-defined]


def test_a_mapping_that_does_not_fit_says_where(cast: Cast, finance: Client) -> None:
    case = lived_case(cast)
    wrong = MAPPING.replace("offer.fee", "offer.fees")
    answer = finance.post("/cases/SIGNED/actuals/mapping/", {"text": wrong, "number": 1})
    assert answer.status_code == 422
    assert "is no line of what was chosen or stays" in answer.content.decode()
    late = MAPPING.replace('["4310"]', '["4311"]')
    answer = finance.post("/cases/SIGNED/actuals/mapping/", {"text": late, "number": 0})
    assert answer.status_code == 409
    newest = mapping_of(case)
    assert newest is not None
    assert newest.number == 1


def test_a_draft_has_nothing_to_hold_against(case: BusinessCase, finance: Client) -> None:
    for page in ("actuals", "living"):
        found = finance.get(f"/cases/{case.reference}/{page}/").content.decode()
        assert "Sign the case first." in found


def test_what_is_known_may_be_run_again(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    assert "being run again" in finance.get("/cases/SIGNED/living/").content.decode()
    answer = finance.post("/cases/SIGNED/living/", follow=True)
    assert "The case is re-run" in answer.content.decode()


def test_a_line_that_is_not_there_is_not_there(cast: Cast, finance: Client) -> None:
    lived_case(cast)
    assert finance.get("/cases/SIGNED/living/offer.fees/").status_code == 404
    assert finance.get("/cases/SIGNED/actuals/999999/").status_code == 404


def test_an_auditor_looks_and_gives_nothing(cast: Cast, client: Client) -> None:
    lived_case(cast)
    client.force_login(cast.people[Role.AUDITOR])
    assert client.get("/cases/SIGNED/actuals/").status_code == 200
    assert client.post("/cases/SIGNED/actuals/", {"file": upload(LEDGER)}).status_code in {403, 404}
    assert client.get("/schemas/actuals-1.schema.json").json()["$id"] == "retained/actuals/1"
