"""An independent checker of certificates (docs/certificate.md), standard library only.

It shares no code with the library and may be copied elsewhere under any name. Read `kernel.py` and
`claims/one_system.py` first, then `arithmetic.py` and `reading.py`, in `systems/` one module per
type of system, in `kinds/` one per kind of proof, in `laws/` one per reason for a law, and in
`brackets/` what these share. Only what a certificate needs is loaded.
"""

from .kernel import Accepted, verify_bytes, verify_file
from .reading import Declined, Refused

__all__ = ["Accepted", "Declined", "Refused", "verify_bytes", "verify_file"]
