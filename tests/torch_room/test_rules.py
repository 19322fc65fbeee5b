"""Each rule alone: no law that is none, and as many as the null space of sampled gradients has."""

import pytest

torch = pytest.importorskip("torch", minversion="2.13")
from residual import gradients, independent, number_of_laws, randomized, residuals  # noqa: E402
from tiny import ALL  # noqa: E402

from pyconslaw.torch import derive  # noqa: E402


def derived(name):
    module, inputs, *few = ALL[name]
    module = randomized(module, torch.Generator().manual_seed(1))
    inputs = tuple(a.double() if a.is_floating_point() else a for a in inputs)
    return module, inputs, derive(module, inputs), few


@pytest.mark.parametrize("name", ALL)
def test_laws_of_a_rule(name):
    module, inputs, found, few = derived(name)
    for seed in range(3):
        for family, left in zip(
            found.families, residuals(found, gradients(module, inputs, None, None, seed))
        ):
            assert left < 1e-12, (name, family)
    mine, all_of_them = independent(found, module), number_of_laws(module, inputs)
    assert mine <= all_of_them
    if not few:
        assert mine == all_of_them, found.families
