/* Packed sparse polynomials modulo a word prime, and vector fields made of them.

   A monomial is a factor list (see pcl_poly): its size is the number of its variables, not of all
   variables. A vector field on n variables is an array of n polynomials. Polynomials must be
   initialised before use; outputs may not alias inputs. PCL_LIMIT says here that an exponent would
   pass 2^32 - 1. Whatever is returned, outputs are valid; with all but PCL_OK it is not said
   what. */
#ifndef PCL_POLY_H
#define PCL_POLY_H

#include "zp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets f to the zero polynomial. No allocation. */
void pcl_poly_init(pcl_poly *f);

/* Frees what f owns and sets it to zero. */
void pcl_poly_clear(pcl_poly *f);

/* Makes room in f for that many terms and factors. Returns PCL_OK, PCL_NOMEM; f is what it was. */
pcl_status pcl_poly_fit(pcl_poly *f, size_t terms, size_t factors);

/* Returns 1 if f and g are the same polynomial. */
int pcl_poly_equal(const pcl_poly *f, const pcl_poly *g);

/* Sets sum to an empty collection. Use: init; add, product, ... any number of times; finish; clear.
   No allocation. */
void pcl_collect_init(pcl_collect *sum, const pcl_mod *mod);

/* Frees what the collection owns and empties it. */
void pcl_collect_clear(pcl_collect *sum);

/* Empties the collection and keeps its memory. */
void pcl_collect_reset(pcl_collect *sum);

/* Adds coef * monomial, coef < p, factor being a factor list of that size; sets term (unless NULL)
   to the index of the monomial in order of arrival. Expected cost: size. Returns PCL_OK, PCL_NOMEM;
   then the sum is what it was. */
pcl_status pcl_collect_add(size_t *term, pcl_collect *sum, const uint64_t *factor, size_t size,
                           uint64_t coef);

/* Adds scale * f, for scale < p. Cost: terms(f) monomials. Returns PCL_OK, PCL_NOMEM. */
pcl_status pcl_collect_poly(pcl_collect *sum, const pcl_poly *f, uint64_t scale);

/* Adds scale * f * g, for scale < p. Cost: terms(f) * terms(g) merged monomials.
   Returns PCL_OK, PCL_NOMEM, PCL_LIMIT. */
pcl_status pcl_collect_product(pcl_collect *sum, const pcl_poly *f, const pcl_poly *g,
                               uint64_t scale);

/* Adds scale * (d term of f / d its k-th factor's variable) * g, for scale < p. Cost: terms(g)
   merged monomials. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT. */
pcl_status pcl_collect_derivative_product(pcl_collect *sum, const pcl_poly *f, size_t term,
                                          size_t k, const pcl_poly *g, uint64_t scale);

/* Adds scale * <grad m, field>, m being the monomial with that factor list, scale < p. Cost: as of
   size products. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT. */
pcl_status pcl_collect_lie_derivative(pcl_collect *sum, const uint64_t *factor, size_t size,
                                      const pcl_poly *field, uint64_t scale);

/* Sets f to the collected sum, in canonical order, zero terms dropped; the collection is kept.
   Cost: a sort. Returns PCL_OK, PCL_NOMEM. */
pcl_status pcl_collect_finish(pcl_poly *f, const pcl_collect *sum);

/* Sets f to the partial derivative of g by variable var. Returns PCL_OK, PCL_NOMEM. */
pcl_status pcl_poly_derivative(pcl_poly *f, const pcl_poly *g, uint32_t var, const pcl_mod *mod);

/* Sets f to g * h mod p. Cost: terms(g) * terms(h) merged monomials and a sort.
   Returns PCL_OK, PCL_NOMEM, PCL_LIMIT. */
pcl_status pcl_poly_mul(pcl_poly *f, const pcl_poly *g, const pcl_poly *h, const pcl_mod *mod);

/* Returns f(point) mod p. point has an entry < p for every variable of f. */
uint64_t pcl_poly_evaluate(const pcl_poly *f, const uint64_t *point, const pcl_mod *mod);

/* Adds the gradient of f at point to grad (entries < p; one entry for every variable). Cost: the
   number of factors times the factors of a term. */
void pcl_poly_add_gradient(uint64_t *grad, const pcl_poly *f, const uint64_t *point,
                           const pcl_mod *mod);

/* Sets out (n polynomials, initialised) to the Lie bracket [f, g] = Dg f - Df g of two vector
   fields on n variables. Only the variables that occur are visited. Returns PCL_OK, PCL_NOMEM,
   PCL_LIMIT. */
pcl_status pcl_poly_bracket(pcl_poly *out, const pcl_poly *f, const pcl_poly *g, size_t n,
                            const pcl_mod *mod);

#ifdef __cplusplus
}
#endif
#endif
