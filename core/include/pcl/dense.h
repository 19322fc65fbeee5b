/* Dense linear algebra modulo a word prime: growing echelon basis, rank with pivot witness,
   nullspace. */
#ifndef PCL_DENSE_H
#define PCL_DENSE_H

#include "zp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets y[i] to y[i] - c x[i] mod p for i < n; x, y, c reduced. x and y must not overlap. The
   hottest loop of the module: one high product a term with the quotient of c precomputed
   (Shoup). */
void pcl_submul_row(uint64_t *y, const uint64_t *x, uint64_t c, size_t n, const pcl_mod *mod);

/* Sets basis to the zero subspace of (Z/p)^cols; cols = 0 is allowed. No allocation.
   Not checked: p prime. */
void pcl_echelon_init(pcl_echelon *basis, size_t cols, const pcl_mod *mod);

/* Frees what the basis owns; it may be initialised again. */
void pcl_echelon_clear(pcl_echelon *basis);

/* Reduces row (cols entries < p) by the basis, in place: afterwards row is zero in every pivot
   column and differs from its former value by a member of the span. Cost: rank * cols. Returns the
   first nonzero column, or cols if the row was in the span. */
size_t pcl_echelon_reduce(uint64_t *row, const pcl_echelon *basis);

/* Reduces row (cols entries < p) in place and, if it is not in the span, appends it to the basis,
   scaled to a leading 1. Cost: rank * cols. Returns PCL_OK (the rank grew by one), PCL_NONE (the
   row was in the span), PCL_NOMEM, PCL_LIMIT (p is composite, and the first entry that is not zero
   no unit); the basis grows with PCL_OK only. */
pcl_status pcl_echelon_add(pcl_echelon *basis, uint64_t *row);

/* Sets rank, row_pivot[0..rank-1] and col_pivot[0..rank-1] (each with room for min(rows, cols)) of
   the rows x cols matrix a (row-major, entries < p): the minor on these rows and columns, in this
   order, is not zero, and elimination of the rows in order finds pivot t in column col_pivot[t] of
   row row_pivot[t]. Workspace: a basis. a is destroyed. Cost: rows * rank * cols. Returns PCL_OK,
   PCL_NOMEM, PCL_LIMIT (as of pcl_echelon_add). */
pcl_status pcl_rank_dense(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                          uint64_t *a, size_t rows, size_t cols, const pcl_mod *mod);

/* Makes row i of the basis zero in the pivot columns of rows i+1 .. rank-1, which must have been
   through this already: called for i = rank-1, ..., 0 it turns the basis into the reduced row
   echelon form of its span, up to the order of the rows, which stays the order of arrival; the
   pivots do not change. Cost of a call: rank * cols. */
void pcl_echelon_reduce_upwards(pcl_echelon *basis, size_t i);

/* Sets basis ((cols - rank) x cols, row-major) to the right nullspace {x : <row, x> = 0 for every
   row} of an echelon basis in reduced form (pcl_echelon_reduce_upwards on every row): vector j has
   a 1 in the j-th column that is not a pivot and zeros in the other such columns. Workspace: cols
   bytes. Cost: (cols - rank) * cols. Returns PCL_OK, PCL_NOMEM. */
pcl_status pcl_nullspace_dense(uint64_t *basis, const pcl_echelon *reduced);

#ifdef __cplusplus
}
#endif
#endif
