"""Builds the C core as a static library and the Cython border on top of it; metadata is in
pyproject.toml.
"""

import os
import sysconfig
from pathlib import Path

from Cython.Build import cythonize
from Cython.Compiler import Options
from setuptools import Extension, find_packages, setup

ROOT = Path(__file__).parent
FLAGS = [
    "-std=gnu11",
    "-O3",
    "-pthread",
    "-Wall",
    "-Wextra",
    *os.environ.get("PYCONSLAW_CFLAGS", "").split(),
]
SOURCES = [f"core/{name}" for name in (ROOT / "core/sources.txt").read_text().split()]
HEADERS = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "core").rglob("*.h")
    if path.parent.name != "tests"
)
CORES = os.cpu_count() or 1
# One wheel for all Pythons from 3.11 on, but those without a GIL, which have no stable interface.
STABLE = not sysconfig.get_config_var("Py_GIL_DISABLED")
MODULES = sorted(path.stem for path in (ROOT / "core/bind").glob("*.pyx"))

# A warning of Cython ends the build. The setting is one of this process: hence no `nthreads` for
# cythonize, which may start others that do not see it.
Options.warning_errors = True

setup(
    packages=[*find_packages(include=["pyconslaw*"]), "pyconslaw._core"],
    libraries=[
        (
            "pcl",
            {
                "sources": SOURCES,
                "include_dirs": ["core/include"],
                "cflags": FLAGS,
                "obj_deps": {"": HEADERS},
            },
        )
    ],
    ext_modules=cythonize(
        [
            Extension(
                f"pyconslaw._core.{name}",
                [f"core/bind/{name}.pyx"],
                include_dirs=["core/include"],
                libraries=["pcl"],
                define_macros=[("Py_LIMITED_API", "0x030B0000")] if STABLE else [],
                py_limited_api=STABLE,
                depends=["core/sources.txt", "core/bind/pcl.pxd", *HEADERS, *SOURCES],
                # Checks and conversions: the loops are in the library.
                extra_compile_args=["-O1", "-g0"],
                extra_link_args=["-pthread"],
            )
            for name in MODULES
        ],
        build_dir="build/cython",
        include_path=["core/bind"],
        compiler_directives={"embedsignature": True},
    ),
    options={
        "build_ext": {"parallel": CORES},
        **({"bdist_wheel": {"py_limited_api": "cp311"}} if STABLE else {}),
    },
)
