/// What the implementations of the scans share. Not public.
#ifndef SCAN_H
#define SCAN_H

#include <string.h>

#include "photosearch_scan.h"
#include "photosearch_short.h"

/// The implementations, each in a file of its own. Those of other processors do not exist.
extern const ps_kernels ps_scalar;
#if defined(__x86_64__)
extern const ps_kernels ps_avx2;
extern const ps_kernels ps_avx512;
extern const ps_kernels ps_avx512_vnni;
void ps_avx2_dot_f32(const float *query, const ps_rows *rows, float *out);
void ps_avx2_near_f32(const float *query, const ps_rows *rows, float *out);
void ps_avx2_dot_i8(const int8_t *query, const ps_rows *rows, int32_t *out);
void ps_avx2_dot_small(const int8_t *query, const ps_rows *rows, int32_t *out);
void ps_avx2_dot_short(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out);
#elif defined(__aarch64__)
extern const ps_kernels ps_neon;
extern const ps_kernels ps_neon_dotprod;
#endif

static inline const uint8_t *ps_row(const ps_rows *rows, size_t i) {
    size_t row = rows->at ? rows->at[i] : rows->first + i;
    return (const uint8_t *)rows->codes + row * rows->stride;
}

/// At how many places rows that follow each other are read in turns. The processor looks ahead of
/// each place, but never beyond a page of 4 KiB: of several, more is under way at a time. On Zen 4 a
/// scan of float32 takes a third less time than from one place with the memory 16 KiB ahead fetched
/// by instructions, a scan of bytes a fourth. What arm64 would gain was not measured: one place there.
#if defined(__x86_64__)
enum { PS_PLACES = 4 };
#else
enum { PS_PLACES = 1 };
#endif

/// Which row comes at a turn.
static inline size_t ps_at_turn(const ps_rows *rows, size_t turn) {
    size_t apart = rows->count / PS_PLACES;
    if (rows->at || turn >= apart * PS_PLACES) return turn;
    return turn % PS_PLACES * apart + turn / PS_PLACES;
}

/// Of rows that lie apart, fetches the fourth from here.
static inline void ps_fetch(const ps_rows *rows, size_t i) {
    if (!rows->at || i + 4 >= rows->count) return;
    const uint8_t *from = ps_row(rows, i + 4);
    for (size_t byte = 0; byte < rows->stride; byte += 64) __builtin_prefetch(from + byte);
}

/// Defines the scan `name` out of a function `row(query, code bytes, dim)` for one row.
#define PS_SCAN(target, name, row, query_type, out_type)                                      \
    target static void name(const query_type *query, const ps_rows *rows, out_type *out) {    \
        for (size_t turn = 0; turn < rows->count; turn++) {                                   \
            size_t i = ps_at_turn(rows, turn);                                                \
            ps_fetch(rows, i);                                                                \
            out[i] = row(query, ps_row(rows, i), rows->dim);                                  \
        }                                                                                      \
    }

/// Four numbers of a query, as one.
static inline int32_t ps_load_four(const int8_t *at) {
    int32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline float ps_load_f32(const uint8_t *at) {
    float value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint16_t ps_load_u16(const uint8_t *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline float ps_float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t ps_bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float ps_float_of_bf16(uint16_t bits) {
    return ps_float_of_bits((uint32_t)bits << 16);
}

/// Exact, for every half: zeros, denormals, infinities and NaN too.
static inline float ps_float_of_f16(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t rest = half & 0x7fff;
    // All three kinds without a branch, so that a compiler may use vectors.
    uint32_t small = ps_bits_of_float((float)(int32_t)rest * 0x1p-24f);  // zero or a denormal
    uint32_t normal = (rest << 13) + 0x38000000;
    uint32_t beyond = rest >= 0x7c00 ? 0x38000000 : 0;  // an infinity or NaN
    return ps_float_of_bits(sign | (rest < 0x0400 ? small : normal + beyond));
}

#endif
