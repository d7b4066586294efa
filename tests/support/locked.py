"""A record behind its lock, served for the tests."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from served import Live, live
from starlette.routing import BaseRoute

from hingeexpert.knowledge import KnowledgeBase
from hingeexpert.web.application import locked_routes
from hingeexpert.web.settings import Settings
from hingeexpert.web.vault import Vault

NAME = "Zebulon Quizzleworth"


@contextmanager
def serving_locked(
    knowledge: KnowledgeBase, path: Path, **more: object
) -> Iterator[tuple[Live, Vault]]:
    """Serve a record with its lock until the block ends."""
    made: list[Vault] = []

    def routes(settings: Settings) -> Sequence[BaseRoute]:
        vault, pages = locked_routes(settings, path)
        made.append(vault)
        return pages

    with ExitStack() as at_end, live(knowledge, routes, **more) as here:
        at_end.callback(made[0].close)
        yield here, made[0]
