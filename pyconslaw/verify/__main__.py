"""python -m pyconslaw.verify c.json, or, of a copy of this folder, python -I -S folder c.json."""

import os
import sys


def run(argv: list[str]) -> int:
    if __package__:
        from .main import main
    else:  # run as a folder: load it as a package, so that its files find each other
        import importlib.util

        folder = os.path.dirname(os.path.abspath(__file__))
        first = os.path.join(folder, "__init__.py")
        spec = importlib.util.spec_from_file_location(
            "certificate_checker", first, submodule_search_locations=[folder]
        )
        package = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = package
        spec.loader.exec_module(package)
        main = importlib.import_module(".main", spec.name).main
    return main(argv)


if __name__ == "__main__":
    try:
        if sys.stdout is None:
            raise OSError("the standard output is closed")
        status = run(sys.argv[1:])
        print(end="", flush=True)
    except KeyboardInterrupt:
        print("verify: interrupted", file=sys.stderr)
        status = 130
    except BrokenPipeError:  # nobody reads
        os._exit(141)
    except OSError as error:  # a full disk, say, which is not tried again
        print(f"verify: the answer cannot be written: {error}", file=sys.stderr)
        os._exit(1)
    sys.exit(status)
