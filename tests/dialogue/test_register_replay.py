"""Whatever is done to a register: its tables, the replay of its events and a plain dictionary agree."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from small_register import BY, document, plain, tables_of

from kizuna.dialogue.entries import Area, Commitment, Entry, Progress, Statement
from kizuna.dialogue.events import addition, amendment, replay
from kizuna.dialogue.register import Register
from kizuna.floor.errors import RegisterError

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.text(LETTERS, max_size=8).map(lambda text: f"x{text}")
NUMBERS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
RULES = st.one_of(st.none(), st.just("reader@1"), st.just("reader@2"))
FIELDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "area": st.fixed_dictionaries({}, optional={"name": WORDS, "baskets": st.lists(WORDS, max_size=2)}),
    "statement": st.fixed_dictionaries({}, optional={"says": WORDS, "kind": st.sampled_from(["position", "outcome"])}),
    "commitment": st.fixed_dictionaries(
        {}, optional={"object": WORDS, "target_value": NUMBERS, "verifiable": st.sampled_from([None, True, False])}
    ),
}
Kept = tuple[dict[str, Any], str, str | None, int, int]


@cache
def empty_register() -> bytes:
    """Return the file of an empty register, made once."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "register.sqlite"
        Register.open(place).close()
        return place.read_bytes()


class AnyUse(RuleBasedStateMachine):
    """Somebody adds, amends and reviews entries, some of them wrongly, and closes and opens the register."""

    areas, statements, commitments, progress = (
        Bundle(name) for name in ("areas", "statements", "commitments", "progress")
    )

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.place = Path(self.folder.name) / "register.sqlite"
        self.place.write_bytes(empty_register())
        self.register = Register.open(self.place)
        self.expected: dict[tuple[str, str], Kept] = {}
        self.count = 0
        self.remember([document()], None)
        self.register.add([document()], **BY)

    def teardown(self) -> None:
        """Close the register and leave nothing behind."""
        self.register.close()
        self.folder.cleanup()

    def remember(self, entries: list[Entry], by: str | None) -> None:
        """Do in the dictionary what an addition does."""
        for entry in entries:
            self.count += 1
            name = (type(entry).__name__.lower(), entry.id)
            state = "confirmed" if by is None else "draft"
            self.expected[name] = (entry.model_dump(mode="json"), state, by, self.count, self.count)

    def change(self, name: tuple[str, str], fields: dict[str, Any], state: str | None) -> None:
        """Do in the dictionary what an amendment or a review does."""
        self.count += 1
        before = self.expected[name]
        self.expected[name] = (before[0] | fields, state or before[1], before[2], before[3], self.count)

    def new(self, entry: Entry, by: str | None) -> str:
        """Add an entry on both sides and return its id."""
        self.register.add([entry], **BY, rule=by)
        self.remember([entry], by)
        return entry.id

    @rule(target=areas, name=WORDS, by=RULES)
    def add_area(self, name: str, by: str | None) -> str:
        """Add an area."""
        return self.new(Area(id=f"a-{self.count}", name=name), by)

    @rule(target=areas, names=st.lists(WORDS, min_size=2, max_size=4), by=RULES)
    def add_areas_within_each_other(self, names: list[str], by: str | None) -> Any:
        """Add several areas in one write, each within the one before."""
        ids = [f"a-{self.count}-{at}" for at in range(len(names))]
        entries: list[Entry] = [
            Area(id=id_, name=name, broader=ids[at - 1] if at else None)
            for at, (id_, name) in enumerate(zip(ids, names, strict=True))
        ]
        self.register.add(reversed(entries), **BY, rule=by)
        self.remember(entries, by)
        return multiple(*ids)

    @rule(target=statements, says=WORDS, area=areas, by=RULES)
    def add_statement(self, says: str, area: str, by: str | None) -> str:
        """Add a statement on an area."""
        return self.new(
            Statement(
                id=f"s-{self.count}", document="statement-2024", kind="position", says=says, areas=(area,),
                sources=("statement-2024",),
            ), by,
        )  # fmt: skip

    @rule(target=commitments, statement=statements, object_=WORDS, value=NUMBERS, by=RULES)
    def add_commitment(self, statement: str, object_: str, value: float | None, by: str | None) -> str:
        """Add a commitment that a statement makes."""
        return self.new(
            Commitment(
                id=f"c-{self.count}", statements=(statement,), actors=("JPN",), action="share", object=object_,
                bindingness="political", target_value=value, sources=("statement-2024",),
            ), by,
        )  # fmt: skip

    @rule(target=progress, commitment=commitments, rationale=WORDS, by=RULES)
    def add_progress(self, commitment: str, rationale: str, by: str | None) -> str:
        """Add how a commitment stands."""
        return self.new(
            Progress(
                id=f"p-{self.count}", commitment=commitment, as_of="2025", status="no_evidence", rationale=rationale,
                author="A. Clerk",
            ), by,
        )  # fmt: skip

    @rule(kind=st.sampled_from(sorted(FIELDS)), state=st.sampled_from([None, "corrected"]), data=st.data())
    def change_fields(self, kind: str, state: str | None, data: st.DataObject) -> None:
        """Amend an entry, or correct it in a review; what changes nothing is refused."""
        ids = sorted(id_ for of_kind, id_ in self.expected if of_kind == kind)
        if not ids:
            return
        id_, fields = data.draw(st.sampled_from(ids)), data.draw(FIELDS[kind])
        before = self.expected[kind, id_][0]
        changed = {name: value for name, value in fields.items() if before[name] != value}
        try:
            if state is None:
                self.register.amend(kind, id_, fields, **BY)
            else:
                self.register.review(kind, id_, "corrected", **BY, changes=fields)
        except RegisterError:
            assert not changed
        else:
            assert changed
            self.change((kind, id_), changed, state)

    @rule(state=st.sampled_from(["confirmed", "rejected"]), data=st.data())
    def judge(self, state: Any, data: st.DataObject) -> None:
        """Confirm or reject any entry."""
        name = data.draw(st.sampled_from(sorted(self.expected)))
        self.register.review(*name, state, **BY)
        self.change(name, {}, state)

    @rule(data=st.data())
    def add_an_id_again(self, data: st.DataObject) -> None:
        """Add an entry whose id is taken, beside one that is right: neither is kept."""
        ids = [id_ for kind, id_ in self.expected if kind == "area"]
        if ids:
            taken = Area(id=data.draw(st.sampled_from(ids)), name="Again")
            refused(self.register, [addition(Area(id="right", name="Right")), addition(taken)])

    @rule(progress=progress)
    def rewrite_progress(self, progress: str) -> None:
        """Try to change progress, which is only followed."""
        refused(self.register, [amendment("progress", progress, {"status": "done"})])

    @rule()
    def open_again(self) -> None:
        """Close the register and open it."""
        self.register.close()
        self.register = Register.open(self.place, create=False)

    @invariant()
    def tables_events_and_dictionary_agree(self) -> None:
        """What this file is about."""
        replayed = replay(self.register.events())
        assert replayed.last == self.count
        assert plain(replayed) == self.expected
        assert tables_of(self.register, ["document", *FIELDS, "progress"]) == self.expected


def refused(register: Register, changes: list[Any]) -> None:
    """Check that a write is refused."""
    try:
        register.record(changes, **BY)
    except RegisterError:
        return
    raise AssertionError(f"the register took {changes}")


TestAnyUse = AnyUse.TestCase
TestAnyUse.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
