"""Now `pyconslaw.laws.closed_forms.law`."""

from pyconslaw.laws.closed_forms.law import ClosedLaw as ClosedLaw
from pyconslaw.laws.closed_forms.law import FoundLaws as FoundLaws
