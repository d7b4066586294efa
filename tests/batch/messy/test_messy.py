"""Every messy table of this folder comes out as it should.

To add one, write a function under `outcome` into a file `*_tables.py` here: see
`tests/support/messy.py`.
"""

from pathlib import Path

import pytest
from messy import Case, cases


@pytest.mark.parametrize("case", [*cases(Path(__file__).parent)])
def test_a_messy_table_comes_out_right(case: Case, tmp_path: Path) -> None:
    case.check(tmp_path)
