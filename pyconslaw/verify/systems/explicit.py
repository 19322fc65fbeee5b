"""Systems of vector fields written out, with polynomial components."""


class Fields:
    """Explicit vector fields {variable: polynomial}."""

    explicit, parts, layers, of = True, None, None, None

    def __init__(self, size: int, fields: list):
        self.size = self.count = size
        self.variables, self.fields, self.generators = set(range(size)), fields, len(fields)

    def member(self, i: int, budget) -> dict:
        """Generator i of W as a vector field."""
        return self.fields[i]
