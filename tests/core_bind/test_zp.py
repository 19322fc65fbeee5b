"""Primes and the random state at the border, against Python integers and python-flint."""

import flint
import numpy as np
import pytest
from bad_input import SIZES, refused
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import Random, is_prime

EDGE = 2**62
FIRST_WORDS_OF_SEED_0 = [11091344671253066420, 13793997310169335082, 1900383378846508768]


@given(
    st.one_of(
        st.integers(-100, 10**4),
        st.integers(0, EDGE + 100),
        st.integers(EDGE - 10**6, EDGE + 10**6),
    )
)
def test_is_prime_against_flint(n):
    assert is_prime(n) == (n < EDGE and n > 0 and bool(flint.fmpz(n).is_prime()))


@pytest.mark.parametrize(
    "n",
    [
        2047,
        1373653,
        25326001,
        3215031751,
        2152302898747,
        3474749660383,
        341550071728321,
        3825123056546413051,
        (2**31 - 1) ** 2,
        561,
        1105,
        2**61 - 3,
    ],
)
def test_strong_pseudoprimes_are_composite(n):
    assert not is_prime(n)


@pytest.mark.parametrize("n", [2, 3, 2**31 - 1, 2**61 - 1, 2**62 - 57])
def test_primes_at_word_edges(n):
    assert is_prime(n)
    assert is_prime(np.int64(n))


@pytest.mark.parametrize("n", [2**62, 2**62 + 135, 2**64, 2**64 + 13, 10**40, -7])
def test_outside_the_range_nothing_is_prime(n):
    assert is_prime(n) is False


@pytest.mark.parametrize("n", [7.0, 2.5, float("nan"), None, "7", [7]], ids=repr)
def test_is_prime_takes_integers(n):
    with refused("n"):
        is_prime(n)


def test_known_stream():
    """xoshiro256** seeded through splitmix64 (Blackman and Vigna 2018), written afresh."""
    mask, x, state = 2**64 - 1, 0, []
    for _ in range(4):
        x = (x + 0x9E3779B97F4A7C15) & mask
        z = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
        state.append(z ^ z >> 31)

    def rotate(v, k):
        return (v << k | v >> 64 - k) & mask

    words = []
    for _ in range(3):
        words.append(rotate(state[1] * 5 & mask, 7) * 9 & mask)
        t = state[1] << 17 & mask
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = rotate(state[3], 45)
    assert words == FIRST_WORDS_OF_SEED_0
    draw = Random(0)
    assert draw.spawn().below(2**63) == Random(words[0]).below(2**63)
    assert draw.spawn().below(2**63) == Random(words[1]).below(2**63)


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**64 - 1))
def test_below(seed, bound):
    values = [Random(seed).below(bound) for _ in range(2)]
    assert values[0] == values[1] and 0 <= values[0] < bound


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 2), st.integers(1, 2**64 - 1))
def test_array(seed, low, width):
    high = min(low + width, 2**64 - 1)
    found = Random(seed).array((3, 5), low, high)
    assert found.shape == (3, 5) and found.dtype == np.uint64
    assert all(low <= x < high for x in found.ravel().tolist())
    assert (found == Random(seed).array((3, 5), low, high)).all()


def test_small_ranges_are_uniform(fresh_seed):
    counts = np.bincount(Random(fresh_seed).array(60_000, 0, 6).astype(int))
    assert len(counts) == 6
    assert (
        (counts - 10_000) ** 2 / 10_000
    ).sum() < 60  # chi square with 5 degrees: passed but once in 10^11


@given(st.integers(0, 2**64 - 1), st.integers(2, 62))
def test_prime_has_exactly_these_bits(seed, bits):
    found = Random(seed).prime(bits)
    assert found.bit_length() == bits and flint.fmpz(found).is_prime()


def test_every_small_prime_is_drawn(fresh_seed):
    draw = Random(fresh_seed)
    assert {draw.prime(5) for _ in range(500)} == {17, 19, 23, 29, 31}
    assert {draw.prime(2) for _ in range(100)} == {2, 3}


def test_states_are_independent_objects():
    draw = Random(7)
    child, first = draw.spawn(), draw.below(10**9)
    again = Random(7)
    other = again.spawn()
    other.below(5)  # using the child leaves the parent alone
    assert again.below(10**9) == first
    assert child.below(10**9) != first


@pytest.mark.parametrize(
    "seed", [-1, 2**64, 10**40, True, 1.0, float("nan"), None, "1", [1]], ids=repr
)
def test_bad_seed(seed):
    with refused("seed"):
        Random(seed)


@pytest.mark.parametrize("bound", [0, -1, 2**64, 1.5, float("nan"), None, "3"], ids=repr)
def test_bad_bound(bound):
    with refused("bound"):
        Random(0).below(bound)


@pytest.mark.parametrize(
    "limits",
    [(0, 0), (5, 4), (-1, 5), (0, 2**64), (0.5, 5), (0, 5.5), (None, 5), (0, "5")],
    ids=repr,
)
def test_bad_limits(limits):
    with refused("low|high"):
        Random(0).array(3, *limits)


@pytest.mark.parametrize("size", [-1, 2.5, "a", None, (2, -1)], ids=repr)
def test_bad_array_size(size):
    with pytest.raises((ValueError, TypeError)):
        Random(0).array(size, 0, 5)


@pytest.mark.parametrize(
    "bits",
    [1, 63, *(SIZES[k] for k in ("negative", "bool", "half", "nan", "none", "string"))],
    ids=repr,
)
def test_bad_bits(bits):
    with refused("bits"):
        Random(0).prime(bits)


def test_a_state_that_was_never_seeded():
    """It would be all 0, draw 0 for ever, and never find a prime."""
    with pytest.raises(TypeError, match="seed|argument"):
        Random.__new__(Random)
    assert Random.__new__(Random, 1).below(100) == Random(1).below(100)
