"""The twelve questions that a case begins from, as one form.

What an answer means is judged by the engine: its remarks come back to the field they are about.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms

from retained.strategy.engine.answers import (
    QUESTIONS,
    SCHEMA,
    Amount,
    Answers,
    Question,
    answers_of,
)
from retained.strategy.engine.cases import CaseRefusedError
from retained.strategy.engine.line_library import Pricing

# What one unit of a currency is worth in another, the day of that rate and whose it is; nothing
# if it is not known.
KnownRate = Callable[[str, str], tuple[str, date, str] | None]

_PRICED_BY = [
    (Pricing.MONTH.value, "a month"),
    (Pricing.HOUR.value, "an hour"),
    (Pricing.UNIT.value, "a unit"),
    (Pricing.TIERS.value, "a unit, cheaper above a volume"),
]
_SPOTS = [
    ("onshore", "In our own country"),
    ("nearshore", "Nearby: about one hour apart"),
    ("offshore", "Far away: half a working day apart"),
]
_AMOUNTS = [
    (Amount.LITTLE.value, "Little: it is written down, or done like this everywhere"),
    (Amount.SOME.value, "Some"),
    (Amount.MUCH.value, "Much: it is in people’s heads, about systems that only we have"),
]


def _words(label: str, *, hint: str = "", required: bool = True, **attributes: str) -> Any:
    """Return a field for words or figures; the engine says what is wrong with them."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
    )


def _figure(label: str, *, hint: str = "", required: bool = True) -> Any:
    return _words(label, hint=hint, required=required, inputmode="decimal")


class BeginForm(forms.Form):
    """Twelve questions; three of them have more than one field."""

    function = _words("IT function")
    people = _figure("People")
    salary = _figure("Salary a year")
    currency = _words("Currency", maxlength="3", size="4")
    start = _words("First month", hint="Like 2026-01.")
    months = _figure("Months")
    discount = _figure("Rate a year", hint="Like 7 %.")
    provider = _words("Provider", required=False)
    price = _figure("Price")
    priced_by = forms.ChoiceField(label="Priced by", choices=_PRICED_BY)
    units = _figure(
        "Units or hours a month",
        required=False,
        hint="Hours may stay empty: they follow from people.",
    )
    tier_above = _figure("Cheaper above", required=False, hint="Units a month.")
    tier_price = _figure("Price above it", required=False)
    offer_currency = _words("Currency of the offer", required=False, hint="Empty: the same.")
    rate = _figure(
        "What one of it is worth",
        required=False,
        hint="Empty: the last reference rate, if it was imported.",
    )
    rate_on = forms.DateField(
        label="On",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    tax_rate = _figure("Tax", hint="Like 21 %.")
    tax_recovered = _figure("Of it comes back", hint="0 % to 100 %.")
    place = forms.ChoiceField(label="Place", choices=_SPOTS, widget=forms.RadioSelect)
    move = _figure("Move to the provider")
    leave = _figure("Leave")
    own_knowledge = forms.ChoiceField(
        label="Own knowledge", choices=_AMOUNTS, widget=forms.RadioSelect
    )
    less_work = _figure("Work that falls away", hint="Like 10 %; 0 % if there is no plan.")
    improve_cost = _figure("What it costs")

    # The field of the document: the field of the form.
    places: ClassVar[dict[str, str]] = {
        "function": "function", "people": "people", "salary": "salary", "currency": "currency",
        "term.from": "start", "term.months": "months", "discount": "discount",
        "offer.provider": "provider", "offer.price": "price", "offer.by": "priced_by",
        "offer.units": "units", "offer.tier": "tier_above", "offer.tier.above": "tier_above",
        "offer.tier.price": "tier_price", "offer.currency": "offer_currency",
        "offer.rate": "rate", "offer.rate_on": "rate_on", "tax.rate": "tax_rate",
        "tax.recovered": "tax_recovered", "place": "place", "leavers": "leave",
        "leavers.move": "move", "leavers.leave": "leave", "own_knowledge": "own_knowledge",
        "improve.less_work": "less_work", "improve.cost": "improve_cost",
    }  # fmt: skip
    _fields_of: ClassVar[dict[str, tuple[str, ...]]] = {
        "term": ("start", "months"),
        "offer": ("provider", "price", "priced_by"),
        "tax": ("tax_rate", "tax_recovered"),
        "leavers": ("move", "leave"),
        "improve": ("less_work", "improve_cost"),
    }  # fmt: skip
    _more_of: ClassVar[dict[str, tuple[str, ...]]] = {
        "offer": ("units", "tier_above", "tier_price", "offer_currency", "rate", "rate_on"),
    }
    _groups = (
        ("Today", ("function", "people", "salary", "currency")),
        ("The offer", ("term", "discount", "offer", "tax", "place")),
        ("The way there", ("leavers", "own_knowledge", "improve")),
    )

    def groups(self) -> Iterator[tuple[str, list["AskedQuestion"]]]:
        """Yield the questions in groups, each with its number and its fields."""
        numbered = {one.field: (number, one) for number, one in enumerate(QUESTIONS, 1)}
        for title, names in self._groups:
            yield title, [self._asked(*numbered[name]) for name in names]

    def _asked(self, number: int, question: Question) -> "AskedQuestion":
        names = self._fields_of.get(question.field, (question.field,))
        more = self._more_of.get(question.field, ())
        return AskedQuestion(
            number, question, [self[name] for name in names], [self[name] for name in more]
        )

    def take_known_rate(self, known: KnownRate) -> None:
        """Fill in what the offer's currency is worth where nobody said it and it is known."""
        given = self.cleaned_data
        currency = given["offer_currency"].upper()
        if currency and currency != given["currency"].upper() and not given["rate"]:
            found = known(currency, given["currency"].upper())
            if found is not None:
                given["rate"], given["rate_on"], given["rate_source"] = found

    def answers(self) -> Answers:
        """Return the answers; raises CaseRefusedError, its remarks noted beside their fields."""
        try:
            return answers_of(self._document())
        except CaseRefusedError as error:
            for remark in error.remarks:
                place = self.places.get(remark.place.column)
                self.add_error(place, remark.sentence)
            raise

    def _document(self) -> dict[str, Any]:
        """Return what was sent as the document of a file; what is empty is absent."""
        given = self.cleaned_data
        tier = _there({"above": given["tier_above"], "price": given["tier_price"]})
        offer = {
            "provider": given["provider"],
            "price": given["price"],
            "by": given["priced_by"],
            "units": given["units"],
            "tier": tier,
            "currency": given["offer_currency"].upper(),
            "rate": given["rate"],
            "rate_on": given["rate_on"],
            "rate_source": given.get("rate_source"),
        }
        return {
            "schema": SCHEMA,
            "function": given["function"],
            "people": given["people"],
            "salary": given["salary"],
            "currency": given["currency"].upper(),
            "term": {"from": given["start"], "months": given["months"]},
            "discount": given["discount"],
            "offer": _there(offer),
            "tax": {"rate": given["tax_rate"], "recovered": given["tax_recovered"]},
            "place": given["place"],
            "leavers": {"move": given["move"], "leave": given["leave"]},
            "own_knowledge": given["own_knowledge"],
            "improve": {"less_work": given["less_work"], "cost": given["improve_cost"]},
        }


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as the page shows it: its number, its words and its fields."""

    number: int
    question: Question
    fields: list[forms.BoundField]
    more: list[forms.BoundField]  # what most offers do not need

    @property
    def asked(self) -> str:
        """What is asked."""
        return self.question.asked

    @property
    def words(self) -> str:
        """The words beside it."""
        return self.question.words

    @property
    def is_one(self) -> bool:
        """Whether the question is the label of its one field."""
        return len(self.fields) == 1

    @property
    def is_more_given(self) -> bool:
        """Whether one of the rarer fields was filled in, or is asked for."""
        return any(field.value() or field.errors for field in self.more)


def _there(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in ("", None, {})}
