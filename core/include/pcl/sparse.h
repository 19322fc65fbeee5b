/* Sparse linear algebra modulo a word prime: a growing echelon basis of sparse rows, and its reduced form. */
#ifndef PCL_SPARSE_H
#define PCL_SPARSE_H

#include "zp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets basis to the zero subspace of (Z/p)^cols, p prime (not checked), cols < 2^32. Memory: 17 cols bytes.
   Returns PCL_OK or PCL_NOMEM; the basis can be cleared either way. */
pcl_status pcl_sparse_init(pcl_sparse *basis, size_t cols, const pcl_mod *mod);

/* Frees what the basis owns; it may be initialised again. */
void pcl_sparse_clear(pcl_sparse *basis);

/* Reduces the row with value[k] (below p) in column[k] (any order, none twice) by the basis, and appends it if it is not in
   the span: scaled to a 1 in its pivot, which is its first column that is not zero, and zero in the pivots of all rows before it. Gaussian
   elimination row by row with an accumulator (Gilbert and Peierls 1988). Adds to work the entries that were touched, which
   is the cost but for a scan of the columns between the first and the last, 64 at once. The rows of a basis added to an empty one by
   decreasing pivots give the reduced row echelon form of the same span: each zero in the pivots of all others.
   Returns PCL_OK if the rank grew by one, PCL_NONE if the row was in the span, PCL_NOMEM; then the basis is what it was. */
pcl_status pcl_sparse_add(pcl_sparse *basis, size_t *work, const uint32_t *column, const uint64_t *value, size_t size);

#ifdef __cplusplus
}
#endif
#endif
