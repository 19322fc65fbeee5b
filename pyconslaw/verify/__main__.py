"""`python -m pyconslaw.verify c.json`, or, wherever the folder was copied, `python -I -S folder c.json`."""

import sys

if __package__:
    from .main import main
else:  # run as a folder: load it as a package, so that its files find each other
    import importlib.util
    import os

    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "certificate_checker", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder])
    package = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)
    main = importlib.import_module(".main", spec.name).main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
