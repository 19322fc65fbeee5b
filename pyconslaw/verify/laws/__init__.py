"""Laws that are read off a graph, for proofs of the kind balance-laws: a module for each reason."""
