"""What an app carries besides its code and its templates."""

from dataclasses import dataclass

from hingeexpert.forms import Assessment
from hingeexpert.handout.clinic import Clinic, Logo
from hingeexpert.knowledge import KnowledgeBase


@dataclass(frozen=True, eq=False)
class Carried:
    """What whoever writes an app puts into it, read again by the same program inside the app.

    Attributes:
        knowledge: The rules, with all their languages.
        clinic: The settings of the clinic, if there are any.
        logo: Its logo, if it has one.
        program: Version of the program that wrote the app.
        example: The filled-in form of `rules/demo.yaml`; `None` where there is none.
        label: The label of the rules, as a page; empty where there is none.
    """

    knowledge: KnowledgeBase
    clinic: Clinic | None
    logo: Logo | None
    program: str
    example: Assessment | None = None
    label: str = ""
