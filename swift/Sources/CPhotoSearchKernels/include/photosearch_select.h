/// The best of many scores.
#ifndef PHOTOSEARCH_SELECT_H
#define PHOTOSEARCH_SELECT_H

#include <stdbool.h>

#include "photosearch_scan.h"

/// A row and its score: greater is better.
typedef struct {
    float score;
    uint32_t row;
} ps_hit;

/// The best hits so far: a heap with the worst on top, in memory that the caller owns.
///
/// Scores are offered in the order of the rows. A score enters if it is greater than the worst
/// (never if equal), and puts out the worst; of several worst ones, the last row if
/// `lowest_first`, the first row if not. So do faiss's heaps: `lowest_first` for distances, the
/// other for inner products. NaN and values of -FLT_MAX or less never enter.
typedef struct {
    ps_hit *_Nullable hits;
    size_t limit;  ///< room in `hits`
    size_t count;  ///< how many of them are filled
    bool lowest_first;
} ps_top;

/// Offers a score for each of the rows.
void ps_top_offer(
    ps_top *_Nonnull top, const ps_rows *_Nonnull rows, const float *_Nonnull scores);

/// Offers hits found elsewhere.
void ps_top_merge(ps_top *_Nonnull top, const ps_hit *_Nullable hits, size_t count);

/// Sorts the hits, best first; among equal ones the lowest row first, or last (see ps_top).
/// Nothing may be offered afterwards.
void ps_top_sort(ps_top *_Nonnull top);

/// Writes the rows whose score is `least` or more to `out`, which has room for all; returns how
/// many.
size_t ps_select_i32(
    const ps_rows *_Nonnull rows, const int32_t *_Nonnull scores, int32_t least,
    uint32_t *_Nonnull out);

#endif
