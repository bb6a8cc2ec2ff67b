/// The scores that decide: the same to the bit on every processor.
///
/// The scans add up as their processor does it best, so that their results differ in the last bits.
/// These take every term in float64, and add up by halves: the second half of the terms to the
/// first, number by number (the first half is the longer one of an odd count), until one is left.
#ifndef PHOTOSEARCH_EXACT_H
#define PHOTOSEARCH_EXACT_H

#include <stddef.h>

/// Inner product of a query with a row of `dim` numbers; `room` for as many.
double ps_exact_dot(
    const float *_Nonnull query, const float *_Nonnull row, size_t dim, double *_Nonnull room);

/// Minus the squared distance, likewise: greater is nearer.
double ps_exact_near(
    const float *_Nonnull query, const float *_Nonnull row, size_t dim, double *_Nonnull room);

#endif
