"""Verifying against the kept heads: by hand, and by the clock, which notes it and keeps the head.

The note lies in the database and can be changed with it; the head in its file cannot. A file that
lacks the head that was last kept in it was cut or replaced, and that is a fault like any other.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from retained.audit import chain, kept_heads
from retained.audit.actors import Actor
from retained.audit.kept_heads import KeptHeads, in_words
from retained.audit.links import Head
from retained.audit.models import Verification
from retained.audit.verifying import Fault, FaultKind, Verdict

_SHOWN_FAULTS = 20


def verify_against(path: Path, head: Head | None = None) -> tuple[Verdict, str]:
    """Verify the record against `head` and every head in the file at `path`.

    Return the verdict, and a sentence about what of the file could not be compared.
    """
    try:
        heads = kept_heads.kept_heads(path)
    except OSError as reason:
        return chain.verify(head), f"The kept heads could not be read ({reason.strerror})."
    verdict = chain.verify(head, kept=heads.heads)
    lost = _lost_from_file(path, heads)
    if lost:
        faults = (lost, *verdict.faults)
        verdict = replace(verdict, faults=faults, fault_count=verdict.fault_count + 1)
    broken = ", ".join(str(number) for number in heads.unreadable[:10])
    return verdict, f"Not compared: line {broken} of the kept heads is no head." if broken else ""


def check_and_keep(path: Path, *, by: Actor, at: datetime) -> Verification:
    """Seal and verify the record, keep its head in the file at `path`, and note both.

    A head that cannot be kept is no reason to hide what was found: the note says so.
    """
    head = chain.head(at)
    verdict, unread = verify_against(path)
    unkept = _keep(path, head, at)
    return Verification.objects.create(
        at=at,
        asked_by_key=by.actor_key,
        whole=verdict.whole,
        number=head.number,
        hash=head.hash,
        sentence=verdict.sentence[:500],
        faults=[fault.sentence for fault in verdict.faults[:_SHOWN_FAULTS]],
        heads_compared=verdict.held.compared,
        heads_failing=len(verdict.held.failing),
        kept_in="" if unkept else str(path)[:500],
        remark=" ".join(filter(None, [unread, unkept]))[:500],
    )


def last_verification() -> Verification | None:
    """Return the newest note."""
    return Verification.objects.order_by("-id").first()


def last_kept() -> Verification | None:
    """Return the newest note whose head was kept in a file."""
    return Verification.objects.exclude(kept_in="").order_by("-id").first()


def _lost_from_file(path: Path, heads: KeptHeads) -> Fault | None:
    """Return a fault if the file lacks the head that was last kept in it.

    Where its folder is missing too, the disk is not there: then nothing is known.
    """
    last = Verification.objects.filter(kept_in=str(path)[:500]).order_by("-id").first()
    if last is None or not path.parent.is_dir():
        return None
    if Head(last.number, last.hash) in {one.head for one in heads.heads}:
        return None
    sentence = (
        f"The kept heads lack the head of number {last.number:,} of {in_words(last.at)}: "
        "their file was cut or replaced."
    )
    return Fault(FaultKind.CUT, last.number, None, sentence)


def _keep(path: Path, head: Head, at: datetime) -> str:
    """Keep the head, or return the sentence that says why not."""
    try:
        kept_heads.keep(path, head, at=at)
    except OSError as reason:
        return (
            f"The head could not be kept in {path} ({reason.strerror}). "
            "See that its disk is there, or name another place: RETAINED_KEPT_HEADS."
        )
    return ""
