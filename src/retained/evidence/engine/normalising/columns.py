"""Cells to typed values as SQL: texts, moments, durations, verdicts.

In   the name of a text column, the mapping
Out  SQL expressions
Why  docs/methods/reading-evidence.md
"""

from retained.evidence.engine.mapping import ANY_OTHER, FileMapping, Format, Mapping
from retained.evidence.engine.sql_text import literal, literals, quoted

_BLANKS = literal(" \t\r\n\u00a0\ufeff")
_ISO = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[zZ]| ?[+-]\d{2}(:?\d{2})?)?)?"
_ISO_OFFSET = r":\d{2}([.,]\d+)? ?([zZ]|[+-]\d{2}(:?\d{2})?)$"
_YES = ("true", "yes", "y", "1", "ja", "oui")
_NO = ("false", "no", "n", "0", "nee", "nein", "non")
_MET = ("met", "in time", "within target")
_MISSED = ("missed", "late", "breached")
_UNIT_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


def text_sql(column: str, file: FileMapping) -> str:
    """Return SQL for a cell without blanks around it; NULL where it stands for no value."""
    trimmed = f"trim({quoted(column)}, {_BLANKS})"
    marks = [mark for mark in file.missing if mark.strip()]
    if marks:
        return f"CASE WHEN {trimmed} IN {literals(('', *marks))} THEN NULL ELSE {trimmed} END"
    return f"nullif({trimmed}, '')"


def formats_of(file: FileMapping, staged: Format) -> tuple[str, ...]:
    """Return the formats to try: cells that carry a type of their own are staged as ISO."""
    typed = staged in {Format.XLSX, Format.PARQUET} and "iso" not in file.datetime
    return (*file.datetime, "iso") if typed else file.datetime


def instant_sql(text: str, formats: tuple[str, ...]) -> str:
    """Return SQL for UTC seconds, for the formats that carry an offset; NULL for the others."""
    return _first([_instant(text, form) for form in formats])


def wall_sql(text: str, formats: tuple[str, ...]) -> str:
    """Return SQL for wall seconds, for the formats without an offset; NULL for the others."""
    return _first([_wall(text, form) for form in formats])


def any_moment_sql(text: str, form: str) -> str:
    """Return SQL that is NULL where a text has not this format, and plausible seconds elsewhere."""
    seconds = _first([_instant(text, form), _wall(text, form)])
    return f"CASE WHEN ({seconds}) BETWEEN 315532800 AND 4102444800 THEN 1 END"


def _first(options: list[str | None]) -> str:
    known = [option for option in options if option]
    if not known:
        return "CAST(NULL AS BIGINT)"
    return known[0] if len(known) == 1 else f"coalesce({', '.join(known)})"


def _seconds(moment: str) -> str:
    return f"CASE WHEN isfinite({moment}) THEN CAST(floor(epoch({moment})) AS BIGINT) END"


def _instant(text: str, form: str) -> str | None:
    match form:
        case "epoch":
            return f"CAST(floor(TRY_CAST({text} AS DOUBLE)) AS BIGINT)"
        case "epoch_ms":
            return f"CAST(floor(TRY_CAST({text} AS DOUBLE) / 1000) AS BIGINT)"
        case "iso":
            moment = f"TRY_CAST(replace({text}, ',', '.') AS TIMESTAMPTZ)"
            has_offset = f"regexp_matches({text}, {literal(_ISO_OFFSET)})"
            return f"CASE WHEN {_is_iso(text)} AND {has_offset} THEN {_seconds(moment)} END"
        case _ if "%z" in form:
            return _seconds(f"try_strptime({text}, {literal(form)})")
        case _:
            return None


def _wall(text: str, form: str) -> str | None:
    match form:
        case "epoch" | "epoch_ms":
            return None
        case "excel":
            days = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)"
            usable = f"{days} BETWEEN 0 AND 100000"
            return f"CASE WHEN {usable} THEN CAST(round(({days} - 25569) * 86400) AS BIGINT) END"
        case "iso":
            moment = f"TRY_CAST(replace({text}, ',', '.') AS TIMESTAMP)"
            has_offset = f"regexp_matches({text}, {literal(_ISO_OFFSET)})"
            return f"CASE WHEN {_is_iso(text)} AND NOT {has_offset} THEN {_seconds(moment)} END"
        case _ if "%z" in form:
            return None
        case _:
            return _seconds(f"try_strptime({text}, {literal(form)})")


def _is_iso(text: str) -> str:
    return f"regexp_full_match({text}, {literal(_ISO)})"


def number_sql(text: str, file: FileMapping) -> str:
    """Return SQL for a number in the file's way of writing decimals; NULL if it is none."""
    if file.decimal == ",":
        plain = f"replace(replace({text}, '.', ''), ',', '.')"
    else:
        plain = f"replace({text}, ',', '')"
    number = f"TRY_CAST(replace({plain}, ' ', '') AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) AND abs({number}) < 1e15 THEN {number} END"


def duration_sql(text: str, file: FileMapping) -> str:
    """Return SQL for whole seconds of a duration: a number of the unit, or hours as h:mm(:ss)."""
    number = f"CAST(round({number_sql(text, file)} * {_UNIT_SECONDS[file.hold_unit]}) AS BIGINT)"
    part = "TRY_CAST(nullif(split_part(" + text + ", ':', {}), '') AS BIGINT)"
    hours, minutes, seconds = (part.format(place) for place in (1, 2, 3))
    clock = f"{hours} * 3600 + {minutes} * 60 + coalesce({seconds}, 0)"
    is_clock = f"regexp_full_match({text}, '\\d{{1,6}}:[0-5]\\d(:[0-5]\\d)?')"
    return f"CASE WHEN {is_clock} THEN {clock} ELSE {number} END"


def state_sql(text: str, file: FileMapping, mapping: Mapping) -> str:
    """Return SQL for a canonical state, 'unchanged', or NULL where the mapping is silent."""
    names = mapping.states_of(file)
    whens = " ".join(
        f"WHEN {literal(name.strip().lower())} THEN {literal(state)}"
        for name, state in names.items()
        if name != ANY_OTHER
    )
    default = "NULL"
    if ANY_OTHER in names:
        default = f"CASE WHEN {text} IS NOT NULL THEN {literal(names[ANY_OTHER])} END"
    return f"CASE lower({text}) {whens} ELSE {default} END" if whens else default


def priority_sql(text: str, mapping: Mapping) -> str:
    """Return SQL for a priority under its new name, if it has one."""
    whens = " ".join(
        f"WHEN {literal(name.strip())} THEN {literal(new)}"
        for name, new in mapping.priorities.items()
    )
    return f"CASE {text} {whens} ELSE {text} END" if whens else text


def verdict_sql(text: str, mapping: Mapping, *, breached: bool) -> str:
    """Return SQL for 'met' or 'missed', or NULL where nobody said what the word stands for."""
    if mapping.verdicts:
        met = [word for word, verdict in mapping.verdicts.items() if verdict == "met"]
        missed = [word for word, verdict in mapping.verdicts.items() if verdict == "missed"]
    else:
        agreeing, denying = (_NO, _YES) if breached else (_YES, _NO)
        met, missed = [*_MET, *agreeing], [*_MISSED, *denying]
    folded_met = literals(word.strip().lower() for word in met) if met else "('')"
    folded_missed = literals(word.strip().lower() for word in missed) if missed else "('')"
    return (
        f"CASE WHEN lower({text}) IN {folded_met} THEN 'met' "
        f"WHEN lower({text}) IN {folded_missed} THEN 'missed' END"
    )
