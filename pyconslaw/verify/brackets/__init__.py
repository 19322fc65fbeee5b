"""What proofs share: polynomials, values of words, independent rows, theorems of the kinds."""
