"""What proofs by brackets share: polynomials, values of words, independent rows."""
