"""Where one way gives place to another: all thresholds of methods and reasons.

Times are of an AMD EPYC (Zen 3) with AVX2, November 2026, one core. Those in seconds are compared
with estimates; sizes stand where the reason is the certificate that comes of it, not the time.
"""

from __future__ import annotations

# A search at points with symmetry may spend so many times the effort: it is far likelier to end
# with a proof.
SYMMETRIC_EFFORT = 50
# Parameters from which a layered network is first looked at as a wide one, by growth and at points
# with symmetry; and from which growth comes first where it is quick: its certificates are checked
# in a fraction of the time.
LAYERED_FROM = 1_500
GROWTH_FROM = 200
# Products of a search for growth that is made first, about a minute; and what is quick, a second.
WIDENING_LIMIT, QUICK = 1e11, 3e8
# Beyond, points with symmetry that cost less come first: their certificates are checked sooner too.
DEEP = 3e7
# Parameters from which no rank of a layered network's laws is computed for a bound, and of a graph
# up to which balance laws of the whole are counted beside a split at a neuron.
BY_WIDTHS, WHOLE_GRAPH = 1_500, 4_000
# Coordinates from which a system is first cut into parts, and from which it is not looked at as a
# whole once it falls into several.
PARTS_FROM, WHOLE_TO = 100, 1_000

# Coordinates of a search at a generic point.
PARAMETER_LIMIT = 20_000

# Paths of a graph that are written out for a search of laws, about a second.
EXPANSION_PATHS = 20_000
# Seconds and bytes that a search for laws of small degree may be expected to take unasked.
LAW_SECONDS, LAW_MEMORY = 20.0, 2e9
# Unknowns up to which coordinates that never move are searched with the others.
TOGETHER = 3_000
# The same for flows, whose laws are seldom seen without search, in unknowns; these times the vector
# fields, which are all evaluated for each equation; coordinates of a flow.
FLOW_ANSATZ, FLOW_WORK, FLOW_SIZE = 300_000, 2e7, 3_000
# Largest closing Lie algebra that is looked for.
ALGEBRA_LIMIT = 40
# Coordinates that move of a system whose laws beyond polynomials are looked for, and of one whose
# frame over the rational functions is; the degree, and the share of the work of the search when
# asked for.
FORMS_LIMIT, FORMS_DEGREE, FORMS_EFFORT = 60, 2, 0.1
FRAME_LIMIT = 20
# Terms that a bracket is expected to have, written out with the coordinates that never move, from
# which series of controls are put in the place of words: whoever checks those writes them out.
WRITTEN_TERMS = 1e6

# Of estimates: seconds that a search for brackets is tried, one batch more at most, and then
# closing algebras, laws beyond polynomials and frames; how many times as long these take where they
# do not end, which is not known: from as long to ten times as long.
TRIAL, BEYOND = 0.3, 3.0
# Bytes that a trial may take.
TRIAL_MEMORY = 1e8
# Bytes of a component of a bracket that is kept, most of them zero.
COMPONENT_BYTES = 56
