"""The things that a drill takes, and the props of pictures that show them."""

from typing import Literal

Need = Literal[
    "wall",
    "stick",
    "chair",
    "mat",
    "bag",
    "bell",
    "bar",
    "block",
    "rail",
    "strap",
    "towel",
]
"""What a drill may take, a cue may name and a picture may show."""
Prop = Literal[
    "bag",
    "mat",
    "plate",
    "bell",
    "bells",
    "block",
    "bar",
    "rail",
    "chair",
    "seat",
    "strap",
    "towel",
]
"""What is beside the person; where it is follows from the hands, the back and the feet."""
SHOWN_BY: dict[Prop, Need] = {
    "bag": "bag",
    "mat": "mat",
    "plate": "block",
    "bell": "bell",
    "bells": "bell",
    "block": "block",
    "bar": "bar",
    "rail": "rail",
    "chair": "chair",
    "seat": "chair",
    "strap": "strap",
    "towel": "towel",
}
"""Prop of a picture to the thing that it is."""
