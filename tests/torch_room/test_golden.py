"""The table of small modules by structure: as many laws as there are, each checked."""

from importlib.util import find_spec

import pytest

torch = pytest.importorskip("torch", minversion="2.13")
from modules import BY_NAME  # noqa: E402

import pyconslaw.torch as room  # noqa: E402

pytestmark = pytest.mark.skipif(
    find_spec("pyconslaw.torch.derived") is None, reason="nothing derives laws yet"
)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_structure_finds_all(name):
    case = BY_NAME[name]
    report = room.laws(case.module(), case.inputs(torch.Generator().manual_seed(0)), case.loss)
    assert report.parameters - sum(p.size for p in report.found.parameters if not p.trainable) == (
        case.size
    )
    assert report.count == case.laws and report.counts.how != "at most"
    assert report.check.way == "double precision" or not case.laws
    assert not report.unsupported()
