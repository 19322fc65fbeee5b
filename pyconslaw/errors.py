"""The exception tree. Every message names the argument, its value and what was required."""


class PyconslawError(Exception):
    """Root of every error this library raises on purpose."""


class InputError(PyconslawError, ValueError):
    """An argument, a file or an expression is not what the function takes."""


class LimitError(PyconslawError):
    """The input is well formed, but the work it asks for is beyond a stated limit."""


class NotProvedError(PyconslawError):
    """A certificate was asked for, but the two bounds do not meet; the report is attached.

    Attributes: report (the `records.Report` that says what is known).
    """

    def __init__(self, message, report):
        super().__init__(message)
        self.report = report
