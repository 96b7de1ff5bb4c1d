"""How a file is read, in a real browser: each shape of rows has its own choices."""

import pytest
from playwright.sync_api import expect

from directory.cast import Cast
from journeys.conftest import DESK, PHONE, Visitor

TASK_SLA = (
    "Task,SLA definition,Stage,Start time,Stop time,Has breached,Pause duration\n"
    "INC-1,P2 resolution,Completed,2026-03-02 09:00:00,2026-03-02 11:10:00,false,600\n"
    "INC-1,P2 response,Completed,2026-03-02 09:00:00,2026-03-02 09:05:00,false,0\n"
)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_another_shape_of_rows_brings_its_own_choices(
    visit: Visitor, cast: Cast, viewport: dict[str, int]
) -> None:
    here = visit(cast.service_manager, viewport=viewport)
    page = here.open("/evidence/send/")
    content = {"name": "task_sla.csv", "mimeType": "text/csv", "buffer": TASK_SLA.encode()}
    page.locator("#file").set_input_files(files=[content])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_label("A row is")).to_have_value("clock_table")
    expect(page.get_by_label("Clock stopped")).to_have_value("Stop time")
    expect(page.get_by_label("Read only rows where")).to_have_value(
        "SLA definition = P2 resolution"
    )
    assert here.findings() == []
    assert here.overflow() <= 0

    page.get_by_label("A row is").select_option("state_changes")
    expect(page.get_by_label("Clock stopped")).to_have_count(0)
    page.get_by_label("State", exact=False).first.select_option("Stage")
    expect(page.get_by_role("heading", name="What each state stands for")).to_be_visible()
    expect(page.get_by_label("Completed")).to_be_visible()
