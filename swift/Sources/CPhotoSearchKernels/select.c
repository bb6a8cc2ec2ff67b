/// The best of many scores.

#include "photosearch_select.h"

#include <float.h>

/// Whether `a` is to be put out before `b`.
static inline bool worse(const ps_top *top, ps_hit a, ps_hit b) {
    if (a.score != b.score) return a.score < b.score;
    return top->lowest_first ? a.row > b.row : a.row < b.row;
}

/// Moves `hit` down from `place` among the first `count`, the worst of them on top.
static void sink(ps_top *top, size_t place, size_t count, ps_hit hit) {
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= count) break;
        if (child + 1 < count && worse(top, top->hits[child + 1], top->hits[child])) child++;
        if (!worse(top, top->hits[child], hit)) break;
        top->hits[place] = top->hits[child];
        place = child;
    }
    top->hits[place] = hit;
}

static void rise(ps_top *top, size_t place, ps_hit hit) {
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!worse(top, hit, top->hits[parent])) break;
        top->hits[place] = top->hits[parent];
        place = parent;
    }
    top->hits[place] = hit;
}

static void offer(ps_top *top, ps_hit hit) {
    if (top->count < top->limit) {
        if (hit.score > -FLT_MAX) rise(top, top->count++, hit);
    } else if (top->limit > 0 && hit.score > top->hits[0].score) {
        sink(top, 0, top->count, hit);
    }
}

static inline uint32_t row_at(const ps_rows *rows, size_t i) {
    return rows->at ? rows->at[i] : (uint32_t)(rows->first + i);
}

void ps_top_offer(ps_top *top, const ps_rows *rows, const float *scores) {
    enum { STEP = 16 };
    for (size_t i = 0; i < rows->count; i += STEP) {
        size_t end = i + STEP < rows->count ? i + STEP : rows->count;
        if (top->limit > 0 && top->count == top->limit && end == i + STEP) {
            int any = 0;  // hardly any of them: one test for all, which compilers can vectorise
            for (size_t j = 0; j < STEP; j++) any |= scores[i + j] > top->hits[0].score;
            if (!any) continue;
        }
        for (size_t j = i; j < end; j++) offer(top, (ps_hit){scores[j], row_at(rows, j)});
    }
}

void ps_top_merge(ps_top *top, const ps_hit *hits, size_t count) {
    for (size_t i = 0; i < count; i++) offer(top, hits[i]);
}

void ps_top_sort(ps_top *top) {
    for (size_t left = top->count; left > 1; left--) {
        ps_hit worst = top->hits[0];
        sink(top, 0, left - 1, top->hits[left - 1]);
        top->hits[left - 1] = worst;
    }
}

size_t ps_select_i32(
    const ps_rows *rows, const int32_t *scores, int32_t least, uint32_t *out) {
    enum { STEP = 16 };
    size_t found = 0;
    for (size_t i = 0; i < rows->count; i += STEP) {
        size_t end = i + STEP < rows->count ? i + STEP : rows->count;
        if (end == i + STEP) {
            int any = 0;
            for (size_t j = 0; j < STEP; j++) any |= scores[i + j] >= least;
            if (!any) continue;
        }
        for (size_t j = i; j < end; j++)
            if (scores[j] >= least) out[found++] = row_at(rows, j);
    }
    return found;
}
