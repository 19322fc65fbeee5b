"""What ran a benchmark: processor, system, versions, the BLAS kernels."""

import ctypes
import os
import platform
from pathlib import Path

import numpy as np


def facts():
    """A dict for the results file."""
    try:
        lines = (line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines())
        info = {key.strip(): value.strip() for key, _, value in lines}
        model = f"{info['model name']}, family {info['cpu family']}, model {info['model']}"
    except (OSError, KeyError):
        model = platform.processor()
    return {
        "machine": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numpy_blas": numpy_blas(),
    }


def numpy_blas():
    """Name, version and kernel of the BLAS in NumPy; the kernel if it is the OpenBLAS of the
    wheels.
    """
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    kernel = "kernel unknown"
    for path in Path(np.__file__).parent.parent.glob("numpy.libs/libscipy_openblas*"):
        name = ctypes.CDLL(str(path)).scipy_openblas_get_corename64_
        name.restype = ctypes.c_char_p
        kernel = name().decode()
    return f"{blas['name']} {blas['version']} {kernel}"
