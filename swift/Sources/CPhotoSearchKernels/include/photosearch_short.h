/// Short codes: a few numbers of 7 bits for each row, by which a first pass tells what to score.
///
/// They lie in groups of `PS_GROUP` rows, so that one vector instruction serves many rows and none
/// is spent on adding up a row: numbers 0 to 3 of the first row, of the second row, and so on to the
/// last one, then numbers 4 to 7 likewise. The sum of two products of 7 and 8 bits fits in 16 bits,
/// signed, which x86 without VNNI and arm64 without dotprod rely on.
#ifndef PHOTOSEARCH_SHORT_H
#define PHOTOSEARCH_SHORT_H

#include <stddef.h>
#include <stdint.h>

#include "photosearch_scan.h"

enum { PS_GROUP = 16 };

/// A row and its sum, as one number: greater sums are greater, and of equal ones the first row.
typedef uint64_t ps_candidate;

/// The rows with the greatest sums so far, in memory that the caller owns, in no order.
///
/// There is room for more than are kept: only when it is full are the best of them told from the
/// rest, by which each row offered costs little however many are kept.
typedef struct {
    ps_candidate *_Nonnull room;
    size_t capacity;  ///< of `room`, more than `keep`
    size_t keep;      ///< how many are wanted, 1 at least
    size_t count;     ///< how many there are, 0 at first
    int64_t above;    ///< what a sum must exceed, INT64_MIN at first
} ps_pool;

/// Offers a sum for each of the rows. Rows must be offered in ascending order, none twice.
void ps_pool_offer(
    ps_pool *_Nonnull pool, const ps_rows *_Nonnull rows, const int32_t *_Nonnull sums);

/// Leaves the `keep` best.
void ps_pool_close(ps_pool *_Nonnull pool);

/// The row of a candidate.
uint32_t ps_candidate_row(ps_candidate candidate);

/// Writes number `j` of the codes of rows that follow each other, the first of which begins a group:
/// `(value - low) * scale`, to the nearest within 0 to 127; 0 for NaN.
void ps_encode_short(
    const float *_Nonnull values, size_t count, float low, float scale, size_t dim, size_t j,
    uint8_t *_Nonnull codes);

#endif
