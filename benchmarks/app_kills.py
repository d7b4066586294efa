"""The browser is ended at once, again and again, right after an answer that was told as kept, in
half of the kills with one more under way.
"""

import time
from random import Random

from app_attacked import OK, Attacked, holds
from driven import ANSWERS

LONGEST = 0.03
"""Seconds after which one is killed, at most, with an answer under way."""
MOST = 6
"""Answers between two kills, at most."""


class Kills:
    """An app that is killed, and every answer that it told as kept."""

    def __init__(self, app: Attacked, chance: Random) -> None:
        self.app, self.chance = app, chance
        self.kept: dict[str, dict[str, str]] = {}
        self.perhaps: tuple[str, str] | None = None
        self.answers = 0

    def kill(self) -> None:
        """Answer, kill, start again, and see that every answer is there."""
        for _ in range(self.chance.randint(1, MOST)):
            self._answer()
        if self.chance.random() < 0.5:
            visit, name, value = self._drawn()
            self.perhaps = (visit, name)
            self.app.post_only(f"{visit}/answer", **self.app.answering(visit, name, value))
            time.sleep(self.chance.random() * LONGEST)
        self.app.kill()
        self.app.open()
        self.app.unlock()
        self._see()

    def _drawn(self) -> tuple[str, str, str]:
        """Draw what is answered next: in a visit that lacks it, or in a new one."""
        open_visits = [visit for visit, kept in self.kept.items() if len(kept) < len(ANSWERS)]
        visit = open_visits[-1] if open_visits else self.app.new_visit()
        kept = self.kept.setdefault(visit, {})
        name, value = next(item for item in ANSWERS if item[0] not in kept)
        return visit, name, value

    def _answer(self) -> None:
        visit, name, value = self._drawn()
        told = self.app.answer(visit, name, value)
        holds(told.status == OK, told.status, told.said)
        self.kept[visit][name] = value
        self.answers += 1

    def _see(self) -> None:
        """See that each answer is there; of the one under way either is right."""
        for visit, kept in self.kept.items():
            form = self.app.get(f"{visit}/form.yaml")
            holds(form.status == OK, "a visit is lost", form.status)
            there = {name: value for name, value in ANSWERS if _stands(form.text, name, value)}
            if self.perhaps and self.perhaps[0] == visit:
                surplus = there.keys() - kept.keys() - {self.perhaps[1]}
            else:
                surplus = there.keys() - kept.keys()
            holds(not kept.keys() - there.keys(), "lost", kept.keys() - there.keys())
            holds(not surplus, "nobody answered it", surplus)
            kept.update(there)
        self.perhaps = None
        checked = self.app.post("/record/verify")
        holds("The record is whole" in checked.text, checked.status, checked.said)


def _stands(form: str, name: str, value: str) -> bool:
    """Whether a form holds an answer."""
    return f"{name.rpartition('.')[2]}: {value}" in form
