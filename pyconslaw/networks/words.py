"""A network by one line of words, as after `pyconslaw count`."""

from __future__ import annotations

import shlex
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.networks.files import read_network
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.names import AGAIN, OPTIONS, network_of
from pyconslaw.networks.network import Network
from pyconslaw.networks.under import under_flow

BIAS = ("hidden", "all")
FLOW = ("flow", "tau", "metric", "decay", "rates")


def network(words: str) -> Network:
    """The network of these words, the same as on the command line; the names of networks that
    builders made are such words.

    Parameters
    ----------
    words : str
        KIND DIMS, such as "linear 3-3-3", "system FILE" or "--file FILE", and perhaps --bias,
        --activations and the other options of `pyconslaw count` that say which network. A word with
        spaces stands in quotation marks, as in a shell.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names the word that is wrong.
    LimitError
        As the builders.
    OSError
        When a file cannot be read.

    Examples
    --------
    >>> network("relu 2-3-1 --bias").size
    12
    >>> network("linear 2-2-2 --flow momentum --tau 1/2").name
    'linear 2-2-2 --flow momentum --tau 1/2'
    >>> network("residual 2-3-1 --blocks 2").name
    'residual 2-3-1 --blocks 2'
    """
    plain, given = words_of(words)
    if "file" in given:
        if plain or set(given) - {"file", "loss", *FLOW}:
            raise InputError(f"words: --file takes the place of KIND and DIMS, got {words!r:.80}")
        file = given.pop("file")
        found = under_loss(read_network(file), given.pop("loss", None))
        return under_flow(found, **{"flow": None, **given})
    if len(plain) != 2:
        raise InputError(
            f"words: expected KIND DIMS, such as linear 3-3-3, system FILE or --file FILE, got "
            f"{words!r:.80}"
        )
    return network_of(*plain, **given)


def words_of(text: str) -> tuple[list[str], dict[str, Any]]:
    """KIND and DIMS of a line, and the options that say which network, by name. Errors:
    InputError.
    """
    if not isinstance(text, str):
        raise InputError(f"words: expected a text such as 'relu 2-3-1 --bias', got {text!r:.80}")
    try:
        return _sorted(shlex.split(text))
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"words: {error} in {text!r:.80}") from None


def _sorted(words: list[str]) -> tuple[list[str], dict[str, Any]]:
    """The words that are no options, and the options with what stands after them."""
    plain: list[str] = []
    given: dict[str, Any] = {}
    todo = words[::-1]
    while todo:
        word = todo.pop()
        if not word.startswith("--"):
            plain.append(word)
            continue
        option, equals, value = word[2:].partition("=")
        if option not in (*OPTIONS, *AGAIN):
            raise InputError(f"words: unknown option {word!r:.80}")
        if option == "bias" and not equals:
            value = todo.pop() if todo and not todo[-1].startswith("-") else "hidden"
        elif not equals:
            if not todo:
                raise InputError(f"words: {word} needs a value")
            value = todo.pop()
        if option == "bias" and value not in BIAS:
            raise InputError(f"bias: expected hidden or all, got {value!r:.80}")
        key = AGAIN.get(option, option)
        given[key] = f"{given[key]},{value}" if option in AGAIN and key in given else value
    return plain, given
