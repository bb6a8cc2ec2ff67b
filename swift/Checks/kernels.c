/// Every implementation of the scans that this processor can run against the plain one, and the text
/// kernels' int4 against the values that it stands for.
///
/// The Swift tests do the same and more; this is what can be run under an emulator of another
/// processor, where there is no Swift: see .ci/kernels-arm.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CPhotoSearchKernels.h"

enum { ROWS = 5, LONGEST = 300 };
typedef enum { F32, F16, BF16, U8, I8, SMALL, NEAR, SCANS } scan;

static const size_t WIDTHS[SCANS] = {4, 2, 2, 1, 1, 1, 4};

static float drawn(void) { return (float)rand() / (float)RAND_MAX - 0.5f; }

static void put(scan which, uint8_t *at, float number) {
    switch (which) {
    case F16: ps_encode_f16(&number, 1, at); break;
    case BF16: ps_encode_bf16(&number, 1, at); break;
    case U8: case I8: case SMALL: *at = (uint8_t)(rand() >> 5); break;
    default: memcpy(at, &number, sizeof number);
    }
}

/// Random rows; in some of them a NaN or an infinity.
static void fill(scan which, uint8_t *codes, size_t count) {
    for (size_t i = 0; i < count; i++) put(which, codes + i * WIDTHS[which], drawn());
    if (count > 0 && rand() % 4 == 0) {
        size_t place = (size_t)rand() % count;
        put(which, codes + place * WIDTHS[which], rand() % 2 ? NAN : INFINITY);
    }
}

static void run(
    const ps_kernels *kernels, scan which, const float *query, const int8_t *bytes,
    const ps_rows *rows, float *out) {
    switch (which) {
    case F32: kernels->dot_f32(query, rows, out); break;
    case F16: kernels->dot_f16(query, rows, out); break;
    case BF16: kernels->dot_bf16(query, rows, out); break;
    case U8: kernels->dot_u8(query, rows, out); break;
    case I8: kernels->dot_i8(bytes, rows, (int32_t *)(void *)out); break;
    case SMALL: kernels->dot_small(bytes, rows, (int32_t *)(void *)out); break;
    default: kernels->near_f32(query, rows, out);
    }
}

static int agree(scan which, float got, float expected, size_t dim) {
    if (which == I8 || which == SMALL) return memcmp(&got, &expected, sizeof got) == 0;
    if (isnan(expected)) return isnan(got);
    if (isinf(expected)) return got == expected;
    return fabsf(got - expected) <= 1e-6f * (float)dim * (which == U8 ? 255 : 1);
}

/// Bytes of that magnitude at most, every fourth of it.
static void shrink(int8_t *bytes, size_t count, int most) {
    for (size_t j = 0; j < count; j++) {
        int whole = rand() % 2 ? most : -most;
        bytes[j] = (int8_t)(rand() % 4 ? rand() % (2 * most + 1) - most : whole);
    }
}

static size_t check(scan which, size_t dim, size_t shift) {
    size_t numbers = ROWS * dim, differ = 0;
    uint8_t *memory = malloc(shift + numbers * WIDTHS[which] + 1);
    float *query = malloc((dim + 1) * sizeof *query);
    int8_t *bytes = malloc(dim + 1);
    for (size_t j = 0; j < dim; j++) query[j] = drawn(), bytes[j] = (int8_t)(rand() >> 3);
    fill(which, memory + shift, numbers);
    ps_rows rows = {memory + shift, dim * WIDTHS[which], dim, NULL, 0, ROWS};
    float expected[ROWS], got[ROWS];
    for (size_t index = 1; index < ps_kernels_count(); index++) {
        if (which == SMALL) shrink(bytes, dim, ps_kernels_at(index)->small);
        run(ps_kernels_at(0), which, query, bytes, &rows, expected);
        run(ps_kernels_at(index), which, query, bytes, &rows, got);
        for (size_t i = 0; i < ROWS; i++) differ += !agree(which, got[i], expected[i], dim);
    }
    free(memory);
    free(query);
    free(bytes);
    return differ;
}

/// Codes of 7 bits in groups, at the ends of their range every other time.
static size_t check_short(size_t dim, size_t groups) {
    size_t bytes = groups * PS_GROUP * dim, rows = groups * PS_GROUP, differ = 0;
    uint8_t *codes = malloc(bytes + 1);
    int8_t *query = malloc(dim + 1);
    int32_t *expected = malloc((rows + 1) * sizeof *expected);
    int32_t *got = malloc((rows + 1) * sizeof *got);
    int ends = rand() % 2;
    for (size_t i = 0; i < bytes; i++) codes[i] = ends ? 127 : rand() & 127;
    for (size_t j = 0; j < dim; j++) query[j] = ends ? -128 : (int8_t)(rand() >> 3);
    ps_kernels_at(0)->dot_short(query, codes, dim, groups, expected);
    for (size_t index = 1; index < ps_kernels_count(); index++) {
        ps_kernels_at(index)->dot_short(query, codes, dim, groups, got);
        for (size_t i = 0; i < rows; i++) differ += got[i] != expected[i];
    }
    free(codes), free(query), free(expected), free(got);
    return differ;
}

/// A layer in int4 by every text kernel: the sums that differ from those over its values.
static size_t check_int4(size_t outputs, size_t groups, size_t tokens) {
    size_t inputs = groups * PS_INT4_GROUP, bytes = outputs * inputs / 2, differ = 0;
    uint8_t *codes = malloc(bytes + 1), *halves = malloc(2 * outputs * groups);
    float *scale = malloc(outputs * groups * sizeof *scale);
    float *weights = malloc(outputs * inputs * sizeof *weights);
    float *x = malloc(tokens * inputs * sizeof *x), *y = malloc(tokens * outputs * sizeof *y);
    float *room = malloc(PS_INT4_ROWS * inputs * sizeof *room);
    for (size_t i = 0; i < bytes; i++) codes[1 + i] = (uint8_t)(rand() >> 5);
    for (size_t i = 0; i < outputs * groups; i++) scale[i] = (float)(rand() % 2001 - 1000) / 1024;
    for (size_t i = 0; i < tokens * inputs; i++) x[i] = drawn();
    ps_encode_f16(scale, outputs * groups, halves);
    ps_int4_row(codes + 1, halves, outputs * inputs, weights);
    ps_linear layer = {codes + 1, scale, NULL, inputs, outputs};
    for (size_t index = 0; index < ps_text_kernels_count(); index++) {
        ps_text_kernels_at(index)->linear_int4(&layer, x, tokens, y, outputs, room);
        for (size_t i = 0; i < tokens * outputs; i++) {
            double sum = 0;
            for (size_t j = 0; j < inputs; j++)
                sum += (double)weights[i % outputs * inputs + j] * x[i / outputs * inputs + j];
            differ += !(fabs(y[i] - sum) <= 1e-5 * (double)inputs);
        }
    }
    free(codes), free(halves), free(scale), free(weights), free(x), free(y), free(room);
    return differ;
}

int main(void) {
    size_t differ = 0;
    for (size_t index = 0; index < ps_kernels_count(); index++)
        printf("%s ", ps_kernels_at(index)->name);
    for (int which = 0; which < SCANS; which++)
        for (size_t dim = 0; dim < LONGEST; dim++)
            for (size_t shift = 0; shift < 4; shift++) differ += check((scan)which, dim, shift);
    for (size_t dim = 0; dim < LONGEST; dim += 4)
        for (size_t groups = 0; groups < 7; groups++) differ += check_short(dim, groups);
    for (size_t outputs = 1; outputs < 30; outputs++)
        for (size_t tokens = 1; tokens < 14; tokens++)
            differ += check_int4(outputs, 1 + outputs % 5, tokens);
    printf(": %zu results differ\n", differ);
    return differ > 0;
}
