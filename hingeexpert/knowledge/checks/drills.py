"""What drills must say so that each can be given as one piece with its cue and picture, and so that
something is left to give to everybody.
"""

from collections.abc import Iterator

from hingeexpert.errors import Problem, listed, shown
from hingeexpert.knowledge.checks.loaded import LoadedFiles
from hingeexpert.knowledge.models.drills import Drill

HANDOUT, READINESS = "handout.yaml", "readiness.yaml"
OF_A_RUNG = ("load", "step_up", "cue", "brief")
"""What a drill of a rung says besides."""


def drill_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Yield what makes a drill, or the choice of drills, unusable."""
    for file, _, drill in files.of("drills"):
        yield from _words_problems(files, file, drill)
        yield from _picture_problems(files, file, drill)
    yield from _verdict_problems(files)
    yield from _cue_problems(files)
    yield from _handout_problems(files)


def _words_problems(files: LoadedFiles, file: str, drill: Drill) -> Iterator[Problem]:
    """A drill that stands in place of another has a cue of its own; one of a rung says how to start
    and to go on.
    """
    if drill.easier is not None and drill.cue is None:
        message = "a drill in place of one that is too hard needs a cue of its own"
        yield files.problem(file, ("easier",), message)
    missing = [key for key in OF_A_RUNG if getattr(drill, key) is None]
    if drill.rung is not None and missing:
        message = f"a drill of a rung needs {listed(missing)} as well"
        yield files.problem(file, ("rung",), message)


def _picture_problems(files: LoadedFiles, file: str, drill: Drill) -> Iterator[Problem]:
    """A picture shows nothing that the drill does not take."""
    shown_things = drill.picture.needs if drill.picture is not None else frozenset()
    more = sorted(shown_things - set(drill.needs))
    if more:
        message = f"shows {listed(more)}, and the drill does not need it"
        yield files.problem(file, ("picture",), message)


def _verdict_problems(files: LoadedFiles) -> Iterator[Problem]:
    """A verdict opens drills, or it withholds cues."""
    readiness = files.models.get(READINESS)
    for number, verdict in enumerate(readiness.verdicts if readiness is not None else ()):
        if bool(verdict.drills) == (verdict.withholds_cues is not None):
            message = f"{verdict.id}: a verdict has either drills or withholds_cues"
            yield files.problem(READINESS, ("verdicts", number), message)


def _cue_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Something can be said to everybody who has a fault."""
    for file, _, fault in files.of("faults"):
        if not any(cue.is_for_everybody for cue in fault.cues):
            message = (
                "one cue must have neither when nor not_with, so that it can be said to everybody"
            )
            yield files.problem(file, ("cues",), message)


def _handout_problems(files: LoadedFiles) -> Iterator[Problem]:
    """Some drill for everybody suits everybody, and so does the easier one."""
    handout = files.models.get(HANDOUT)
    if handout is None:
        return
    drills = {name: drill for _, name, drill in files.of("drills")}
    general = [drills[name] for name in handout.drills if name in drills]
    if len(general) == len(handout.drills) and not any(map(_for_everybody, general)):
        message = "one of them must have a brief, and neither enter nor not_with"
        yield files.problem(HANDOUT, ("drills",), message)
    easier = drills.get(handout.easier_drill)
    if easier is not None and (easier.easier is None or not _for_everybody(easier)):
        message = f"{shown(easier.drill)} needs easier and a brief, and neither enter nor not_with"
        yield files.problem(HANDOUT, ("easier_drill",), message)


def _for_everybody(drill: Drill) -> bool:
    """Whether a drill can be given to whoever it may be."""
    return drill.brief is not None and drill.enter is None and not drill.not_with
