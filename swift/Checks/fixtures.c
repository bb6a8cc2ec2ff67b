/// Searches of every kernel that this processor can run, over the fixtures that the Swift tests read:
/// the same hits, to the bit where the fixture says so.
///
///     fixtures swift/Fixtures
///
/// It goes by the steps of Scan.swift and ExactScores.swift: the kernel's own scores leave some rows,
/// and the exact scores decide among them. This is what can be run under an emulator of another
/// processor, where there is no Swift: see .ci/kernels-arm.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CPhotoSearchKernels.h"
#include "fixture_files.h"

enum { MOST = 1000 };  // numbers in a list of a fixture: rows, or 4 searches of 12

/// A query for one index: what its rows are multiplied with, and what is added to every score.
typedef struct {
    const index_file *index;
    float query[MOST], weights[MOST], bias;
} search;

static size_t width(format format) {
    return format == FLAT ? 4 : format == F16 || format == BF16 ? 2 : 1;
}

static ps_rows all_rows(const index_file *index) {
    return (ps_rows){index->codes, index->dim * width(index->format), index->dim, NULL, 0, index->count};
}

static float low(const index_file *index, size_t j) {
    return index->trained[index->format == UNIFORM ? 0 : j];
}

static float range(const index_file *index, size_t j) {
    return index->trained[index->format == UNIFORM ? 1 : index->dim + j];
}

static void weigh(search *made) {
    const index_file *index = made->index;
    bool has_ranges = index->format == BYTE || index->format == UNIFORM;
    double bias = 0;
    for (size_t j = 0; j < index->dim; j++) {
        double query = made->query[j], step = has_ranges ? (double)range(index, j) / 255 : 1;
        made->weights[j] = (float)(query * step);
        if (has_ranges) bias += query * ((double)low(index, j) + 0.5 * step);
        if (index->format == SIGNED) bias -= 128 * query;
    }
    made->bias = (float)bias;
}

static void decode(const index_file *index, const ps_rows *rows, float *out) {
    float lows[MOST], ranges[MOST];
    switch (index->format) {
    case F16: ps_decode_f16(rows, out); return;
    case BF16: ps_decode_bf16(rows, out); return;
    case DIRECT: ps_decode_direct(rows, 0, out); return;
    case SIGNED: ps_decode_direct(rows, -128, out); return;
    case FLAT: memcpy(out, rows->codes, rows->count * rows->stride); return;
    default: break;
    }
    for (size_t j = 0; j < index->dim; j++) lows[j] = low(index, j), ranges[j] = range(index, j);
    ps_decode_sq8(rows, lows, ranges, out);
}

/// The kernel's scores of all rows.
static void scan(const search *made, const ps_kernels *kernels, const float *decoded, float *out) {
    ps_rows rows = all_rows(made->index);
    ps_rows plain = {decoded, 4 * rows.dim, rows.dim, NULL, 0, rows.count};
    if (made->index->is_distance) {
        kernels->near_f32(made->query, &plain, out);
        return;
    }
    switch (made->index->format) {
    case FLAT: kernels->dot_f32(made->weights, &rows, out); break;
    case F16: kernels->dot_f16(made->weights, &rows, out); break;
    case BF16: kernels->dot_bf16(made->weights, &rows, out); break;
    default: kernels->dot_u8(made->weights, &rows, out);
    }
    for (size_t i = 0; i < rows.count; i++) out[i] += made->bias;
}

/// How far a kernel's score may be from the exact one: half of what ExactScores.doubt allows two rows.
static double doubt(const search *made, const float *row) {
    const index_file *index = made->index;
    double magnitude = fabs((double)made->bias);
    for (size_t j = 0; j < index->dim; j++) {
        double apart = (double)made->query[j] - row[j], reach = fabs((double)row[j]);
        if (index->format == BYTE || index->format == UNIFORM)
            reach = fabs((double)low(index, j)) + fabs((double)range(index, j));
        if (index->format == DIRECT || index->format == SIGNED) reach = 255;
        magnitude += index->is_distance ? 2 * apart * apart : fabs((double)made->query[j]) * reach;
    }
    return ldexp((double)(index->dim / 8 + 16) * magnitude, -24);
}

/// The hits of one kernel; `wrong` counts scores that are farther from the exact ones than allowed.
static size_t hits(
    const search *made, const ps_kernels *kernels, size_t k, bool lowest_first, ps_hit *out,
    size_t *wrong) {
    const index_file *index = made->index;
    size_t count = index->count, dim = index->dim, left = 0;
    ps_rows rows = all_rows(index);
    float *decoded = malloc((count * dim + 1) * 4), *near = malloc((count + 1) * 4);
    float *exact = malloc((count + 1) * 4);
    uint32_t *some = malloc((count + 1) * 4);
    double room[MOST], most = 0;
    decode(index, &rows, decoded);
    scan(made, kernels, decoded, near);
    ps_top best = {out, k < count ? k : count, 0, true};
    ps_top_offer(&best, &rows, near);
    for (size_t i = 0; i < count; i++) most = fmax(most, doubt(made, decoded + i * dim));
    double least = best.count ? best.hits[0].score - 2 * most : 0;
    for (size_t i = 0; i < count; i++) {
        const float *row = decoded + i * dim;
        double score = (index->is_distance ? ps_exact_near : ps_exact_dot)(made->query, row, dim, room);
        *wrong += !(fabs(score - near[i]) <= doubt(made, row));
        if (near[i] >= least) some[left] = (uint32_t)i, exact[left++] = (float)score;
    }
    ps_rows chosen = {NULL, 0, dim, some, 0, left};
    best = (ps_top){out, best.limit, 0, lowest_first};
    ps_top_offer(&best, &chosen, exact);
    ps_top_sort(&best);
    free(decoded), free(near), free(exact), free(some);
    return best.count;
}

/// How many of the hits differ from `ids` (-1: none) and `scores`, which were rounded by `rounding`.
static size_t compare(
    const search *made, const ps_hit *found, size_t count, size_t k, const double *ids,
    const double *scores, double rounding) {
    size_t differ = 0;
    for (size_t i = 0; i < k && (i < count || ids[i] >= 0); i++) {
        const int64_t *names = made->index->ids;
        double id = i >= count ? -1 : names ? (double)names[found[i].row] : found[i].row;
        double score = i >= count ? NAN : made->index->is_distance ? -found[i].score : found[i].score;
        differ += id != ids[i] || !(fabs(score - scores[i]) <= rounding * fmax(1, fabs(score)));
    }
    return differ;
}

static size_t each_kernel(
    search *made, const double *query, size_t k, bool lowest_first, const double *ids,
    const double *scores, double rounding) {
    size_t differ = 0;
    ps_hit found[MOST];
    for (size_t j = 0; j < made->index->dim; j++) made->query[j] = (float)query[j];
    weigh(made);
    for (size_t place = 0; place < ps_kernels_count(); place++) {
        size_t count = hits(made, ps_kernels_at(place), k, lowest_first, found, &differ);
        differ += compare(made, found, count, k, ids, scores, rounding);
    }
    return differ;
}

/// Rows that are about equally near: to the bit, and then by the lowest id.
static size_t check_ties(const char *folder, size_t *searches) {
    static const size_t COUNTS[] = {1, 2, 7, 20, 74, 75, 76, 150, 299, 300};
    size_t size, differ = 0;
    double query[MOST], ids[MOST], scores[MOST];
    const char *json = read_file(folder, "ties.json", &size);
    for (; (json = find(json, "kind")); ++*searches) {
        char name[64];
        snprintf(name, sizeof name, "ties/%.*s.faiss", (int)strcspn(json + 1, "\""), json + 1);
        index_file index;
        if (!read_index(read_file(folder, name, &size), size, &index)) return SIZE_MAX;
        read_numbers(find(json, "query"), query, MOST);
        read_numbers(find(json, "ids"), ids, MOST);
        read_numbers(find(json, "scores"), scores, MOST);
        search made = {.index = &index};
        for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++)
            differ += each_kernel(&made, query, COUNTS[i], true, ids, scores, 0);
    }
    return differ;
}

/// Every format and metric: what faiss finds, in its order. What no scan searches is passed over.
static size_t check_indexes(const char *folder, size_t *searches) {
    enum { QUERIES = 4, K = 12 };
    size_t size, differ = 0;
    double queries[MOST], ids[MOST], scores[MOST];
    const char *json = read_file(folder, "indexes.json", &size);
    while ((json = find(json, "name"))) {
        char name[64];
        snprintf(name, sizeof name, "indexes/%.*s.faiss", (int)strcspn(json + 1, "\""), json + 1);
        index_file index;
        if (!read_index(read_file(folder, name, &size), size, &index)) continue;
        read_numbers(find(json, "queries"), queries, MOST);
        read_numbers(find(json, "ids"), ids, MOST);
        read_numbers(find(json, "scores"), scores, MOST);
        search made = {.index = &index};
        for (size_t i = 0; i < QUERIES; i++, ++*searches)
            differ += each_kernel(
                &made, queries + i * index.dim, K, index.is_distance, ids + i * K, scores + i * K, 1e-5);
    }
    return differ;
}

int main(int count, char **words) {
    if (count != 2) return fprintf(stderr, "got %d arguments, expected swift/Fixtures\n", count - 1), 2;
    size_t ties = 0, others = 0;
    size_t differ = check_ties(words[1], &ties) + check_indexes(words[1], &others);
    for (size_t place = 0; place < ps_kernels_count(); place++)
        printf("%s ", ps_kernels_at(place)->name);
    printf(": %zu hits differ in %zu searches of ties and %zu of formats\n", differ, ties, others);
    return differ > 0 || ties < 9 || others < 60;
}
