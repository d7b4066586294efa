"""The frozen models of `poses.yaml`, and of the pictures that faults and drills show: a body, poses
and what differs from them.

Owns shapes and the arithmetic of joint angles. Where the joints then lie, and drawing, is
`pictures`.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from hingeexpert.knowledge.models.base import Entry, Id, PoseId, Sources, Told
from hingeexpert.knowledge.models.build import (
    BodyName,
    Build,
    Forms,
    Hair,
    LeanLimits,
    Neutral,
    Proportions,
    Regions,
)
from hingeexpert.knowledge.models.build import Length as Length
from hingeexpert.knowledge.models.build import Number as Number
from hingeexpert.knowledge.models.things import SHOWN_BY, Need, Prop
from hingeexpert.knowledge.models.traits import FOR_PERSON

Contact = Literal["head", "midback", "sacrum"]
CONTACTS: tuple[Contact, ...] = ("head", "midback", "sacrum")
"""Where a stick may touch the back, from the top."""
Place = Literal[
    "head",
    "midback",
    "sacrum",
    "low_back",
    "neck",
    "chin",
    "face",
    "cheek",
    "air",
    "chest",
    "shoulder",
    "hip",
    "knee",
    "heel",
    "toe",
    "bottom",
]
Tag = Annotated[str, Field(min_length=2, max_length=40)]
"""A label in a picture: two lines of about 20 characters."""
TagForPerson = Annotated[Tag, FOR_PERSON]


class Angles(Entry):
    """Joint angles in degrees; all zero is a body as straight as its neutral curve.

    Attributes:
        ankle: How far the shank leans forward of upright.
        knee: Bend of the knee.
        hip: Bend of the hip.
        lumbar: Rounding of the low back out of its neutral curve; arching is negative.
        thoracic: The same of the upper back.
        neck: How far the head drops out of its neutral place; thrown back is negative.
        foot: How far the toes are lifted off level; negative lifts the heel.
    """

    ankle: Number = 0
    knee: Number = 0
    hip: Number = 0
    lumbar: Number = 0
    thoracic: Number = 0
    neck: Number = 0
    foot: Number = 0

    @property
    def lean(self) -> float:
        """Degrees that the pelvis leans forward of upright: the ankle takes it forward, the knee
        back, the hip forward.
        """
        return self.ankle - self.knee + self.hip


class Leg(Entry):
    """The far leg where it differs: degrees of bend at its hip and knee, and how far its toes are
    lifted off level.
    """

    hip: Number
    knee: Number
    foot: Number


class Arm(Entry):
    """Where a hand goes.

    Attributes:
        to: What the hand is placed on or measured from.
        at: Forward and upward from there, in body heights; along the trunk for `trunk`. For
            `ground`, forward of the ankle and above the floor: there a thing is held, or the
            fingertips go where the hand holds nothing.
        out: Degrees that upper arm and forearm point out of the plane of the picture, which
            shortens them in it.
        bend: The side to which the elbow points.
    """

    to: Literal["neck", "low_back", "trunk", "shoulder", "floor", "knee", "ground"]
    at: tuple[Length, Length] = (0, 0)
    out: tuple[Number, Number] = (0, 0)
    bend: Literal["front", "back"] = "back"


class Pose(Angles):
    """A whole body: joint angles, and where the hands are; the far arm goes with the near one where
    it is left out.
    """

    near: Arm
    far: Arm | None = None
    far_leg: Leg | None = None

    def at_lean(self, degrees: float, upright: Angles) -> "Pose":
        """Return this pose on its way from upright, so that the pelvis leans just so far.

        Args:
            degrees: Forward lean at the hips. All of ankle, knee and hip go the same share of their
                way.
            upright: Where the way begins; its lean differs from that of this pose.
        """
        share = (degrees - upright.lean) / (self.lean - upright.lean)
        way = {
            name: getattr(upright, name) + share * (getattr(self, name) - getattr(upright, name))
            for name in ("ankle", "knee", "hip")
        }
        return self.model_copy(update=way)

    def changed(self, change: Angles) -> "Pose":
        """Return this pose with degrees added to its angles."""
        return self.model_copy(
            update={
                name: getattr(self, name) + getattr(change, name) for name in Angles.model_fields
            }
        )


class Stick(Entry):
    """A straight stick on the back.

    Attributes:
        kept: What it touches; where it goes follows from that.
        tilt: Degrees that it leans forward of the trunk, where it touches one place only.
        off: How far it is held off all of that.
    """

    kept: Annotated[tuple[Contact, ...], Field(min_length=1, max_length=3)]
    tilt: Number = 0
    off: Length = 0


class Behind(Entry):
    """The person seen from behind: how far the hips go to one side in body heights, and how many
    degrees they tip to it.
    """

    shift: Length
    roll: Number


class Mark(Entry):
    """A sign beside the body; `angle` is the line of the leg, `gaze` the line of sight."""

    at: Place
    kind: Literal["ring", "sway", "no_breath", "breath", "angle", "gaze"] = "ring"
    size: Length = 0.045


class Arrow(Entry):
    """An arrow of a way to go: where it begins, how far forward and up from there, and how far it
    goes forward and up.
    """

    at: Place
    beside: tuple[Length, Length] = (0, 0)
    go: tuple[Length, Length]


View = Literal["whole", "trunk", "head", "legs"]
"""How much of the person a panel shows."""


class Panel(Entry):
    """One half of a picture.

    Attributes:
        pose: A pose of `poses.yaml`.
        lean: `measured`: the pose is taken to the forward lean that was measured, where one was.
        change: Degrees added to its angles after that.
        wall: How many foot lengths the wall is behind the heels, or `touched` where the bottom
            touches it.
        measure: Whether it is shown how far the wall is from the heels.
        spine: Whether a line shows how the back is held; `None`: in a picture of what is wrong
            where the backs of its panels differ.
        ghost: The pose at which the movement starts, pale behind the person.
        view: How much of the person is shown.
    """

    pose: PoseId
    lean: Literal["measured", "own"] = "own"
    change: Angles = Angles.model_construct()
    stick: Stick | None = None
    wall: Annotated[float, Field(ge=0, le=4)] | Literal["touched"] | None = None
    measure: bool = False
    spine: bool | None = None
    ghost: PoseId | None = None
    view: View = "whole"
    props: tuple[Prop, ...] = ()
    behind: Behind | None = None
    marks: tuple[Mark, ...] = ()
    arrows: tuple[Arrow, ...] = ()

    @property
    def needs(self) -> frozenset[Need]:
        """The things that it shows."""
        shown: set[Need] = {SHOWN_BY[prop] for prop in self.props}
        if self.wall is not None:
            shown.add("wall")
        if self.stick is not None:
            shown.add("stick")
        return frozenset(shown)


class Picture(Entry):
    """Two panels side by side, and the words of the person.

    Attributes:
        alt: What the picture shows, for who cannot see it.
        label: What the first mark of the first panel shows.
        aim: The same of the second panel.
        captions: What stands below the panels, where it is not what `poses.yaml` says for all.
    """

    judged: ClassVar[bool] = False
    """Whether the first panel has a cross and the second a tick."""
    alt: Told
    label: TagForPerson | None = None
    aim: TagForPerson | None = None
    captions: tuple[Told, Told] | None = None
    first: Panel
    second: Panel

    @property
    def needs(self) -> frozenset[Need]:
        """The things that it shows."""
        return self.first.needs | self.second.needs


class FaultPicture(Picture):
    """What was seen, and what is wanted."""

    judged = True
    label: TagForPerson


class DrillPicture(Picture):
    """The start of a drill and its end."""


class Captions(Entry):
    """What stands below the two panels of a picture; `unsure` where a person is not told of the
    fault.
    """

    fault: tuple[Told, Told]
    unsure: tuple[Told, Told]
    drill: tuple[Told, Told]


class PoseFile(Entry):
    """`poses.yaml`: a body and its poses.

    Attributes:
        bodies: What each body has of its own.
        hair: How the hair of this one is worn.
        drawable_lean: What a measured lean is held to.
        upright: The pose from which the way to a measured lean begins.
        blank: The pose of the picture on which the person's contacts are marked with a pen.
    """

    proportions: Proportions
    neutral: Neutral
    forms: Forms
    regions: Regions
    bodies: dict[BodyName, Build] = {}
    hair: Hair = "short"
    drawable_lean: LeanLimits
    upright: PoseId
    captions: Captions
    blank: PoseId
    blank_alt: Told
    poses: Annotated[dict[Id, Pose], Field(min_length=1)]
    sources: Sources

    def built(self, name: BodyName) -> "PoseFile":
        """Return the same poses with another body."""
        build = self.bodies.get(name, Build())
        forms = {"trunk": build.trunk, "thigh": build.thigh}
        own = {part: form for part, form in forms.items() if form is not None}
        sizes = {} if build.hip_breadth is None else {"hip_breadth": build.hip_breadth}
        return self.model_copy(
            update={
                "hair": build.hair,
                "forms": self.forms.model_copy(update=own),
                "proportions": self.proportions.model_copy(update=sizes),
            }
        )

    def pose(self, panel: Panel, lean: float | None = None) -> Pose:
        """Return the pose of a panel.

        Args:
            panel: One half of a picture.
            lean: Measured forward lean at the hips in degrees, of any size, or `None`; what cannot
                be drawn is held to what can.
        """
        pose = self.poses[panel.pose]
        if panel.lean == "measured" and lean is not None:
            pose = pose.at_lean(self.drawable_lean.hold(lean), self.poses[self.upright])
        return pose.changed(panel.change)

    def captions_of(self, picture: Picture) -> tuple[str, str]:
        """Return what stands below the two panels of a picture."""
        return picture.captions or (self.captions.fault if picture.judged else self.captions.drill)
