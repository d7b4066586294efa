"""The names of conditions: nothing else puts one together, or reads what it is from its spelling.

ask:<observable>                     when the question is asked at all
void:<observable>                    when an answer to it cannot be read
not_done:<group>                     the drill of this part of the form was not done
impossible:<observable>:<answer>     other answers of the form rule this one out
follows:<observable>                 a visit asks it now, beneath the answer that it follows
own_look:<observable>                the one press of its part does not answer it
computed:<observable>:<answer>       a visit answers it so by itself
finding:<id>                         a shared finding
remark:<id>    check:<id>            a remark; answers that do not fit together
enter:<drill>  tried:<drill>         a drill may be given; it was done in the room
cue:<fault>:<number>                 a cue may be said, the first of a fault being number 1
said:<verdict>:<id>                  what a person is told of a verdict
meanwhile:<verdict>:<id>             what happens to the loads that a person trains
dose:less                            a drill is given at its smaller dose
fault:<id>     contributor:<id>      it is present
triage:<id>    readiness:<id>        the condition of a level itself
<fault or contributor>.<rule>        one rule of it
<fault or contributor>.against.<id>  what speaks against it
triage.<level>.<rule>                one rule of a level; the same for readiness
"""


def ask(observable: str) -> str:
    """Name the condition under which a question is asked."""
    return f"ask:{observable}"


def void(observable: str) -> str:
    """Name the condition under which an answer cannot be read."""
    return f"void:{observable}"


def not_done(group: str) -> str:
    """Name the condition that the drill of a part of the form was not done."""
    return f"not_done:{group}"


def impossible(observable: str, answer: str) -> str:
    """Name the condition under which an answer cannot be right."""
    return f"impossible:{observable}:{answer}"


def follows(observable: str) -> str:
    """Name the condition under which a visit asks a question that follows an answer."""
    return f"follows:{observable}"


def own_look(observable: str) -> str:
    """Name the condition under which the one press of a part leaves a question open."""
    return f"own_look:{observable}"


def computed(observable: str, answer: str) -> str:
    """Name the condition under which a visit answers a question by itself."""
    return f"computed:{observable}:{answer}"


def finding(name: str) -> str:
    """Name the condition of a shared finding."""
    return f"finding:{name}"


def remark(name: str) -> str:
    """Name the condition of a remark."""
    return f"remark:{name}"


def check(name: str) -> str:
    """Name the condition that answers do not fit together."""
    return f"check:{name}"


LESS_DOSE = "dose:less"
"""Names the condition under which drills are given at their smaller dose."""


def enter(drill: str) -> str:
    """Name the condition under which a drill may be given."""
    return f"enter:{drill}"


def tried(drill: str) -> str:
    """Name the condition that a drill was done in the room."""
    return f"tried:{drill}"


def cue(fault: str, number: int) -> str:
    """Name the condition under which a cue may be said; the first of a fault has number 1."""
    return f"cue:{fault}:{number}"


def said(verdict: str, name: str) -> str:
    """Name the condition under which a person is told this of a verdict."""
    return f"said:{verdict}:{name}"


def meanwhile(verdict: str, name: str) -> str:
    """Name the condition under which this happens to the loads that a person trains."""
    return f"meanwhile:{verdict}:{name}"


def present(kind: str, name: str) -> str:
    """Name the condition that a fault or contributor is present."""
    return f"{kind}:{name}"


def fault(name: str) -> str:
    """Name the condition that a fault is present."""
    return present("fault", name)


def contributor(name: str) -> str:
    """Name the condition that a contributor is present."""
    return present("contributor", name)


def level(ladder: str, name: str) -> str:
    """Name the condition of a level itself."""
    return f"{ladder}:{name}"


def rule(conclusion: str, name: str) -> str:
    """Name one rule of a fault or contributor."""
    return f"{conclusion}.{name}"


def objection(conclusion: str, name: str) -> str:
    """Name what speaks against a fault or contributor."""
    return f"{conclusion}.against.{name}"


def level_rule(ladder: str, level: str, name: str) -> str:
    """Name one rule of a level."""
    return f"{ladder}.{level}.{name}"


def parts_of_level_rule(name: str) -> tuple[str, str, str]:
    """Return the ladder, the level and the id of a rule of a level."""
    ladder, level, identifier = name.split(".")
    return ladder, level, identifier


def kind_and_id(name: str) -> tuple[str, str]:
    """Return what stands before and behind the colon; behind it nothing for a rule."""
    kind, _, identifier = name.partition(":")
    return kind, identifier


def is_rule(name: str) -> bool:
    """Whether this is a rule, not a finding, a conclusion, an objection or an *ask when*."""
    return ":" not in name and ".against." not in name


def conclusion_of(rule: str) -> str:
    """Return whose rule it is: a fault, a contributor, or ladder and level with a dot between."""
    return rule.rpartition(".")[0]
