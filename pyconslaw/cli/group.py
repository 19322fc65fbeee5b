"""Commands that are loaded when they are asked for, examples in the help, errors of one form."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from textwrap import wrap
from typing import Any, NoReturn

import click

from pyconslaw.cli.streams import ending_with_the_reader, give_up

HELP = {"help_option_names": ["-h", "--help"]}


class WithExamples(click.Command):
    """A command whose help ends with lines as they are typed; -h shows it too."""

    def __init__(self, *args: Any, examples: tuple[str, ...] = (), **given: Any):
        super().__init__(*args, **{"context_settings": HELP} | given)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        kinds = [p.type for p in self.params if p.name == "kind"]
        if kinds and isinstance(kinds[0], click.Choice):
            with formatter.section("Kinds"):
                indent, listed = " " * formatter.current_indent, ", ".join(kinds[0].choices)
                lines = wrap(listed, formatter.width, break_on_hyphens=False)
                formatter.write("".join(f"{indent}{line}\n" for line in lines))
        with formatter.section("Examples"):
            for line in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def command(text: str, *examples: str) -> Any:
    """The decorator of a command with this help; a text, for docstrings may be left out."""
    return click.command(cls=WithExamples, help=text, examples=examples)


class Commands(Mapping[str, click.Command]):
    """Each command is in the file of its name, which is read when the command is asked for."""

    def __init__(self, package: str, summaries: Mapping[str, str]):
        self.package, self.summaries = package, summaries

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.summaries:
            raise KeyError(name)
        return getattr(import_module(f"{self.package}.{name}"), name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.summaries)

    def __len__(self) -> int:
        return len(self.summaries)


class LazyGroup(WithExamples, click.Group):
    """Commands by name, whose summaries are shown without loading them; with --json among the
    words every error is one JSON object.
    """

    def __init__(self, *args: Any, listed: Commands, **given: Any):
        super().__init__(*args, **given)
        self.listed = listed
        self.commands = listed  # type: ignore[assignment]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.listed.summaries.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        here = [
            CompletionItem(name, help=summary)
            for name, summary in self.listed.summaries.items()
            if name.startswith(incomplete)
        ]
        return [*here, *click.Command.shell_complete(self, ctx, incomplete)]

    # click takes a closed pipe for a failure, so it must not see one: help is printed in one of
    # these two, as is the version

    def make_context(self, *args: Any, **given: Any) -> click.Context:
        with ending_with_the_reader():
            return super().make_context(*args, **given)

    def invoke(self, ctx: click.Context) -> Any:
        with ending_with_the_reader():
            return super().invoke(ctx)

    def main(self, args: Any = None, *given: Any, standalone_mode: bool = True, **more: Any) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        main: Callable[..., Any] = super().main
        if not standalone_mode:
            return main(words, *given, standalone_mode=False, **more)
        as_json = "--json" in words[: words.index("--") if "--" in words else None]
        try:
            with ending_with_the_reader():  # of a completion
                status = main(words, *given, standalone_mode=False, **more)
        except click.ClickException as error:
            fail(error, as_json)
        except click.Abort:
            fail(click.ClickException("interrupted"), as_json)
        except OSError as error:  # of help that cannot be written
            give_up()
            reason = os.strerror(error.errno) if error.errno else str(error)
            fail(click.ClickException(f"the standard output: {reason}"), as_json)
        sys.exit(status if isinstance(status, int) else 0)


def fail(error: click.ClickException, as_json: bool) -> NoReturn:
    """Ends the command with what is wrong on stderr, and its status."""
    if as_json:
        record = {"error": error.format_message(), "status": error.exit_code}
        click.echo(json.dumps(record), err=True)
    else:
        error.show()
    sys.exit(error.exit_code)
