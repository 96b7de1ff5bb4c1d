"""A signed case of few figures, its mapping, and files of what came true of it."""

import io

from directory.cast import AT, Cast
from retained.directory.engine.roles import Role
from retained.files.storing import SentFile
from retained.strategy.commands.actuals import give_actuals, set_actuals_mapping
from retained.strategy.commands.case_runs import keep_run
from retained.strategy.commands.cases import create_case, sign_case
from retained.strategy.engine.actuals_terms import read_actuals_mapping
from retained.strategy.engine.case_files import read_case
from retained.strategy.models import BusinessCase

SIGNED = """
schema: retained/case/1
reference: SIGNED
title: Signed by two
currency: EUR
from: 2026-01
months: 12
discount: 0 %
baseline: stay
assumptions:
  people: {uniform: [8, 12]}
options:
  stay: {title: Stay, lines: {team: {title: Team, formula: people * 10}}}
  offer:
    title: Offer
    lines:
      fee: {title: Fee, formula: "90"}
      begin: {title: Beginning, formula: "30", paid: at_start, once: true}
"""
MAPPING = """
schema: retained/actuals/1
ledger:
  columns: {day: Day, account: Account, cost_centre: Centre, text: Text, amount: Amount}
  decimal: comma
lines:
  offer.fee: ["4310"]
drivers:
  month: Month
  columns: {People: people}
"""
LEDGER = """Day;Account;Centre;Text;Amount
2026-01-31;4310;41;Fee January;95,00
2026-02-28;4310;41;Fee February;95,00
2026-02-28;4310;41;Fee February, twice;95,00
2026-03-02;4310;41;Storno;-95,00
2026-03-31;4310;41;Fee March;190,00
2026-03-31;4990;41;Flowers;12,34
"""
PEOPLE = "Month;People\n2026-01;10\n2026-02;10\n2026-03;9\n"


def sent(text: str, name: str = "ledger.csv") -> SentFile:
    return SentFile(io.BytesIO(text.encode()), name)


def signed_case(cast: Cast, *, reference: str = "SIGNED") -> BusinessCase:
    """Return a case that finance and the sourcing lead have signed."""
    finance, lead = cast.people[Role.FINANCE], cast.people[Role.SOURCING_LEAD]
    case = create_case(read_case(SIGNED.replace("SIGNED", reference)), by=finance, at=AT)
    run = keep_run(case.versions.get(), draws=50, at=AT)
    for person in (finance, lead):
        sign_case(
            case, run, chosen="offer", reasons="It pays", by=person, at=AT,
            expected_version=case.version,
        )  # fmt: skip
    return BusinessCase.objects.select_related("baseline").get(pk=case.pk)


def lived_case(cast: Cast, *, reference: str = "SIGNED") -> BusinessCase:
    """Return a signed case with three months of a ledger and of people."""
    case, by = signed_case(cast, reference=reference), cast.people[Role.FINANCE]
    mapping = read_actuals_mapping(MAPPING)
    set_actuals_mapping(case, mapping, by=by, at=AT, expected_number=0)
    give_actuals(case, sent(LEDGER), by=by, at=AT)
    give_actuals(case, sent(PEOPLE, "people.csv"), by=by, at=AT)
    return case
