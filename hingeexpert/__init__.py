"""hingeexpert: a rule-based expert system that reads faults in the hip hinge."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hingeexpert.batch.frames import diagnose_frame

__version__ = "0.1.0"
__all__ = ["__version__", "diagnose_frame"]


def __getattr__(name: str) -> Any:
    """Load what needs a table library only when it is asked for."""
    if name == "diagnose_frame":
        from hingeexpert.formats.extras import needs

        needs("frames")
        from hingeexpert.batch.frames import diagnose_frame

        return diagnose_frame
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
