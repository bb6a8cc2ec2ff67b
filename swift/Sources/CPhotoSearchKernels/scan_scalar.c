/// The scans in plain C: what the others are tested against, and what any processor can run.

#include "scan.h"

/// Eight sums side by side, which any compiler can turn into the vectors that it may rely on.
#define LANES 8

static inline float total(const float sums[LANES]) {
    float a = (sums[0] + sums[4]) + (sums[1] + sums[5]);
    float b = (sums[2] + sums[6]) + (sums[3] + sums[7]);
    return a + b;
}

#define DOT(name, bytes, value)                                                \
    static inline float name(const float *query, const uint8_t *row, size_t dim) { \
        float sums[LANES] = {0};                                               \
        size_t j = 0;                                                          \
        for (; j + LANES <= dim; j += LANES)                                   \
            for (size_t lane = 0; lane < LANES; lane++)                        \
                sums[lane] += query[j + lane] * value(row + (bytes) * (j + lane)); \
        for (; j < dim; j++) sums[j % LANES] += query[j] * value(row + (bytes) * j); \
        return total(sums);                                                    \
    }

static inline float f16_at(const uint8_t *at) { return ps_float_of_f16(ps_load_u16(at)); }
static inline float bf16_at(const uint8_t *at) { return ps_float_of_bf16(ps_load_u16(at)); }
static inline float u8_at(const uint8_t *at) { return (float)*at; }

DOT(row_f32, 4, ps_load_f32)
DOT(row_f16, 2, f16_at)
DOT(row_bf16, 2, bf16_at)
DOT(row_u8, 1, u8_at)

static inline int32_t row_i8(const int8_t *query, const uint8_t *row, size_t dim) {
    int32_t sum = 0;
    for (size_t j = 0; j < dim; j++) sum += query[j] * row[j];
    return sum;
}

static inline float row_near(const float *query, const uint8_t *row, size_t dim) {
    float sums[LANES] = {0};
    for (size_t j = 0; j < dim; j++) {
        float apart = query[j] - ps_load_f32(row + 4 * j);
        sums[j % LANES] += apart * apart;
    }
    return -total(sums);
}

PS_SCAN(, dot_f32, row_f32, float, float)
PS_SCAN(, dot_f16, row_f16, float, float)
PS_SCAN(, dot_bf16, row_bf16, float, float)
PS_SCAN(, dot_u8, row_u8, float, float)
PS_SCAN(, dot_i8, row_i8, int8_t, int32_t)
PS_SCAN(, near_f32, row_near, float, float)

static void dot_short(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    for (size_t i = 0; i < groups * PS_GROUP; i++) {
        const uint8_t *row = codes + i / PS_GROUP * PS_GROUP * dim + i % PS_GROUP * 4;
        out[i] = 0;
        for (size_t j = 0; j < dim; j++) out[i] += query[j] * row[j / 4 * 4 * PS_GROUP + j % 4];
    }
}

const ps_kernels ps_scalar = {
    "scalar", dot_f32, dot_f16, dot_bf16, dot_u8, dot_i8, dot_i8, 127, near_f32,
    dot_short};
