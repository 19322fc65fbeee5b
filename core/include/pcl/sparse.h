/* Sparse linear algebra modulo a word prime: a growing echelon basis of sparse rows, and its
   reduced form. */
#ifndef PCL_SPARSE_H
#define PCL_SPARSE_H

#include "zp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets basis to the zero subspace of (Z/p)^cols. Memory: 17 cols bytes.
   Returns PCL_OK, or PCL_NOMEM; the basis can be cleared either way.
   Not checked: p prime, cols < 2^32. */
pcl_status pcl_sparse_init(pcl_sparse *basis, size_t cols, const pcl_mod *mod);

/* Frees what the basis owns; it may be initialised again. */
void pcl_sparse_clear(pcl_sparse *basis);

/* Reduces the row with value[k] in column[k], k < size, by the basis, and appends it if it is not
   in the span: scaled to a 1 in its pivot, which is its first column that is not zero, and zero in
   the pivots of all rows before it. Columns come in any order, none twice. Adds to work the entries
   that were touched. The rows of a basis added to an empty one by decreasing pivots give the
   reduced row echelon form of the same span: each is zero in the pivots of all others. Algorithm:
   Gaussian elimination row by row with an accumulator; J. R. Gilbert, T. Peierls, Sparse partial
   pivoting in time proportional to arithmetic operations, 1988. Cost: what is added to work, and a
   scan of the columns between the first and the last, 64 at once. Returns PCL_OK (the rank grew by
   one), PCL_NONE (the row was in the span), PCL_NOMEM; after the last two the basis is what it was.
   Not checked: values < p, columns < cols. */
pcl_status pcl_sparse_add(pcl_sparse *basis, size_t *work, const uint32_t *column,
                          const uint64_t *value, size_t size);

#ifdef __cplusplus
}
#endif
#endif
