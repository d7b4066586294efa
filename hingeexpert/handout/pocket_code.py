"""The answers as a code to scan, at the foot of a sheet.

Owns which sheets may have one, and what stands beside it. What the code holds is an argument: this
wing knows no other form of a form.
"""

from hingeexpert.formats.qr_code import qr_code
from hingeexpert.handout.document import Handout, PocketCode
from hingeexpert.knowledge import KnowledgeBase


def may_have_code(sheet: Handout) -> bool:
    """Return whether a sheet may have a code: none that sends on, where nothing stands beside the
    one action, and the doctor reads the answers in words.
    """
    return sheet.kind != "referral"


def with_code(knowledge: KnowledgeBase, sheet: Handout, text: str) -> Handout:
    """Return a sheet with a code.

    Args:
        knowledge: The knowledge base in the language of the sheet.
        sheet: One that may have it.
        text: What is scanned.

    Raises:
        ExtraError: What draws it is not installed.
    """
    words = knowledge.exchange
    code = PocketCode(**qr_code(text)._asdict(), alt=words.pocket_picture, text=words.pocket)
    return sheet.model_copy(update={"pocket": code})
