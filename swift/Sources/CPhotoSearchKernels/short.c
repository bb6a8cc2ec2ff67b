/// Short codes, and the rows that are best by them.

#include "photosearch_short.h"

static inline ps_candidate candidate(int32_t sum, uint32_t row) {
    return (uint64_t)((uint32_t)sum ^ 0x80000000u) << 32 | (0xffffffffu - row);
}

static inline int32_t sum_of(ps_candidate one) {
    return (int32_t)((uint32_t)(one >> 32) ^ 0x80000000u);
}

uint32_t ps_candidate_row(ps_candidate candidate) { return 0xffffffffu - (uint32_t)candidate; }

static inline void swap(ps_candidate *a, ps_candidate *b) {
    ps_candidate kept = *a;
    *a = *b;
    *b = kept;
}

/// Quickselect (Hoare 1961): has the `keep` greatest come first. No two candidates are equal. Where
/// the pivots lie follows no order that rows could be in, so that the time is linear.
static void partition(ps_candidate *at, size_t count, size_t keep) {
    uint64_t random = 1;
    while (count > 1 && keep > 0 && keep < count) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        swap(&at[0], &at[(random >> 33) % count]);
        size_t greater = 0;  // at[1...greater] are
        for (size_t i = 1; i < count; i++)
            if (at[i] > at[0]) swap(&at[++greater], &at[i]);
        swap(&at[0], &at[greater]);
        if (keep <= greater) {
            count = greater;
        } else {
            at += greater + 1;
            count -= greater + 1;
            keep -= greater + 1;
        }
    }
}

void ps_pool_close(ps_pool *pool) {
    if (pool->count <= pool->keep) return;
    partition(pool->room, pool->count, pool->keep);
    pool->count = pool->keep;
}

static void tighten(ps_pool *pool) {
    ps_pool_close(pool);
    ps_candidate least = pool->room[0];
    for (size_t i = 1; i < pool->count; i++)
        if (pool->room[i] < least) least = pool->room[i];
    pool->above = sum_of(least);  // a later row with the same sum is a lesser candidate
}

void ps_pool_offer(ps_pool *pool, const ps_rows *rows, const int32_t *sums) {
    for (size_t i = 0; i < rows->count; i += PS_GROUP) {
        size_t end = i + PS_GROUP < rows->count ? i + PS_GROUP : rows->count;
        if (pool->above >= INT32_MIN && end == i + PS_GROUP) {
            int32_t above = (int32_t)pool->above;
            int any = 0;  // hardly any of them: one test for all, which compilers can vectorise
            for (size_t j = 0; j < PS_GROUP; j++) any |= sums[i + j] > above;
            if (!any) continue;
        }
        for (size_t j = i; j < end; j++) {
            if (sums[j] <= pool->above) continue;
            uint32_t row = rows->at ? rows->at[j] : (uint32_t)(rows->first + j);
            pool->room[pool->count++] = candidate(sums[j], row);
            if (pool->count == pool->capacity) tighten(pool);
        }
    }
}

void ps_encode_short(
    const float *values, size_t count, float low, float scale, size_t dim, size_t j,
    uint8_t *codes) {
    for (size_t i = 0; i < count; i++) {
        float code = (values[i] - low) * scale + 0.5f;
        if (!(code > 0)) code = 0;  // NaN too
        if (code > 127) code = 127;
        size_t group = i / PS_GROUP * PS_GROUP * dim;
        codes[group + j / 4 * 4 * PS_GROUP + i % PS_GROUP * 4 + j % 4] = (uint8_t)code;
    }
}
