"""The exception tree. Every message names the argument, its value and what was required."""


class PyconslawError(Exception):
    """Root of every error this library raises on purpose."""


class InputError(PyconslawError, ValueError):
    """An argument, a file or an expression is not what the function takes."""


class LimitError(PyconslawError):
    """The input is well formed, but the work it asks for is beyond a stated limit."""


class RefutedError(PyconslawError, AssertionError):
    """A claim is proved to be false; the message says by which bound.

    Attributes
    ----------
    report : Report
        What is known.
    evidence : LowerBound or UpperBound
        The bound that contradicts the claim: `report.lower`, such as words whose brackets are
        independent, or `report.upper`, with its laws or another exact reason.
    """

    def __init__(self, message, report, evidence):
        super().__init__(message)
        self.report, self.evidence = report, evidence

    def __reduce__(self):
        return RefutedError, (str(self), self.report, self.evidence)


class NotProvedError(PyconslawError):
    """A certificate was asked for, but the two bounds do not meet; the report is attached.

    Attributes
    ----------
    report : Report
        What is known.
    """

    def __init__(self, message, report):
        super().__init__(message)
        self.report = report

    def __reduce__(self):
        return NotProvedError, (str(self), self.report)
