"""Now `pyconslaw.analysis.at_point`."""

from pyconslaw.analysis.at_point import PointReport as PointReport
