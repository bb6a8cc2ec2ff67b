/// One way of scoring rows, over and over: how many instructions it takes on arm64 is counted outside, see
/// tests/benchmarks/bench_arm.py.
///
///     loops NAME ROWS

#include <arm_neon.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CPhotoSearchKernels.h"

enum { DIM = 512, BLOCK = 64 };

static float query[DIM], low[DIM], range[DIM], floats[BLOCK * DIM], out[BLOCK];
static int8_t small[DIM];
static int32_t sums[BLOCK];
static uint8_t bytes[BLOCK * DIM];

typedef float (*row_loop)(const uint8_t *row);

static float plain_f32(const uint8_t *row) {
    float sum = 0;
    for (size_t j = 0; j < DIM; j++) sum += query[j] * ((const float *)(const void *)row)[j];
    return sum;
}

static float plain_sq8(const uint8_t *row) {
    float sum = 0;
    for (size_t j = 0; j < DIM; j++)
        sum += query[j] * (low[j] + ((float)row[j] + 0.5f) / 255 * range[j]);
    return sum;
}

/// As faiss's scalar quantizer goes about it on NEON: eight codes become numbers between 0 and 1, then
/// values, which are multiplied with the query. Its fp32 is a plain loop that the compiler may reorder.
static float faiss_sq8(const uint8_t *row) {
    float32x4_t sum[2] = {vdupq_n_f32(0), vdupq_n_f32(0)};
    for (size_t j = 0; j < DIM; j += 8) {
        uint16x8_t wide = vmovl_u8(vld1_u8(row + j));
        uint32x4_t codes[2] = {vmovl_u16(vget_low_u16(wide)), vmovl_high_u16(wide)};
        for (size_t k = 0; k < 2; k++) {
            float32x4_t share = vaddq_f32(vcvtq_f32_u32(codes[k]), vdupq_n_f32(0.5f));
            share = vdivq_f32(share, vdupq_n_f32(255));
            const size_t at = j + 4 * k;
            float32x4_t value = vfmaq_f32(vld1q_f32(low + at), share, vld1q_f32(range + at));
            sum[k] = vfmaq_f32(sum[k], vld1q_f32(query + at), value);
        }
    }
    return vaddvq_f32(vaddq_f32(sum[0], sum[1]));
}

static float faiss_f32(const uint8_t *row) {
#pragma clang fp reassociate(on)
    float sum = 0;
    for (size_t j = 0; j < DIM; j++) sum += query[j] * ((const float *)(const void *)row)[j];
    return sum;
}

static void each_row(row_loop loop, const void *rows, size_t stride, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = loop((const uint8_t *)rows + i * stride);
}

/// Scores so many rows, 64 at most. Returns whether the name is known.
static int run(const char *name, size_t count) {
    const ps_kernels *kernels = ps_kernels_at(ps_kernels_count() - 1);
    ps_rows byte_rows = {bytes, DIM, DIM, NULL, 0, count};
    ps_rows float_rows = {floats, 4 * DIM, DIM, NULL, 0, count};
    if (!strcmp(name, "plain-f32")) each_row(plain_f32, floats, 4 * DIM, count);
    else if (!strcmp(name, "plain-sq8")) each_row(plain_sq8, bytes, DIM, count);
    else if (!strcmp(name, "faiss-f32")) each_row(faiss_f32, floats, 4 * DIM, count);
    else if (!strcmp(name, "faiss-sq8")) each_row(faiss_sq8, bytes, DIM, count);
    else if (!strcmp(name, "f32")) kernels->dot_f32(query, &float_rows, out);
    else if (!strcmp(name, "sq8-exact")) kernels->dot_u8(query, &byte_rows, out);
    else if (!strcmp(name, "sq8-first")) kernels->dot_small(small, &byte_rows, sums);
    else return 0;
    return 1;
}

int main(int count, char **words) {
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 7), floats[i] = (float)i;
    for (size_t j = 0; j < DIM; j++) query[j] = range[j] = (float)j, small[j] = (int8_t)(j % 127);
    if (count != 3 || !run(words[1], (size_t)atoi(words[2]))) {
        fprintf(stderr, "got %d arguments, expected NAME ROWS\n", count - 1);
        return 2;
    }
    return 0;
}
