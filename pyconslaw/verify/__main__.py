"""`python -m pyconslaw.verify c.json`, or, wherever the folder was copied, `python -I -S folder
c.json`.
"""

import sys


def run(argv: list[str]) -> int:
    if __package__:
        from .main import main
    else:  # run as a folder: load it as a package, so that its files find each other
        import importlib.util
        import os

        folder = os.path.dirname(os.path.abspath(__file__))
        spec = importlib.util.spec_from_file_location(
            "certificate_checker",
            os.path.join(folder, "__init__.py"),
            submodule_search_locations=[folder],
        )
        package = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = package
        spec.loader.exec_module(package)
        main = importlib.import_module(".main", spec.name).main
    return main(argv)


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        print("verify: interrupted", file=sys.stderr)
        sys.exit(130)
