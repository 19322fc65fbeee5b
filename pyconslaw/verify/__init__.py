"""An independent checker of certificates (docs/certificate.md), standard library only.

It shares no code with the library and may be copied elsewhere under any name. Read `kernel.py`
first, then `systems.py`, `arithmetic.py`, `reading.py`, and in `kinds/` one module per kind of proof.
"""

from .kernel import Accepted, verify_bytes, verify_file
from .reading import Declined, Refused

__all__ = ["Accepted", "Declined", "Refused", "verify_bytes", "verify_file"]
