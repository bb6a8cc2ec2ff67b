/// The scans for x86-64 with AVX-512 and VNNI: Intel since Ice Lake, AMD since Zen 4.
///
/// A mask stands for the last few numbers of a row: nothing is read beyond them.

#if defined(__x86_64__)

#include <immintrin.h>

#include "scan.h"

#define AVX512 \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")))

AVX512 static inline __m512 f32_at(const uint8_t *at, __mmask16 mask) {
    return _mm512_maskz_loadu_ps(mask, at);
}

AVX512 static inline __m512 f16_at(const uint8_t *at, __mmask16 mask) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(mask, at));
}

AVX512 static inline __m512 bf16_at(const uint8_t *at, __mmask16 mask) {
    __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, at));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

AVX512 static inline __m512 u8_at(const uint8_t *at, __mmask16 mask) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(mask, at)));
}

#define ALL ((__mmask16)0xffff)

#define STEP(sum, offset, bytes, value)                       \
    sum = _mm512_fmadd_ps(                                    \
        _mm512_loadu_ps(query + j + (offset)), value(row + (bytes) * (j + (offset)), ALL), sum)

#define DOT(name, bytes, value)                                                                \
    AVX512 static inline float name(const float *query, const uint8_t *row, size_t dim) {      \
        __m512 a = _mm512_setzero_ps(), b = a, c = a, d = a;                                   \
        size_t j = 0;                                                                          \
        for (; j + 64 <= dim; j += 64) {                                                       \
            STEP(a, 0, bytes, value);                                                          \
            STEP(b, 16, bytes, value);                                                         \
            STEP(c, 32, bytes, value);                                                         \
            STEP(d, 48, bytes, value);                                                         \
        }                                                                                      \
        for (; j + 16 <= dim; j += 16) STEP(a, 0, bytes, value);                               \
        if (j < dim) {                                                                         \
            __mmask16 mask = (__mmask16)((1u << (dim - j)) - 1);                               \
            __m512 last = _mm512_maskz_loadu_ps(mask, query + j);                              \
            b = _mm512_fmadd_ps(last, value(row + (bytes) * j, mask), b);                      \
        }                                                                                      \
        return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));  \
    }

DOT(row_f32, 4, f32_at)
DOT(row_f16, 2, f16_at)
DOT(row_bf16, 2, bf16_at)
DOT(row_u8, 1, u8_at)

AVX512 static inline int32_t row_i8(const int8_t *query, const uint8_t *row, size_t dim) {
    __m512i a = _mm512_setzero_si512(), b = a;
    size_t j = 0;
    for (; j + 128 <= dim; j += 128) {
        a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(row + j), _mm512_loadu_si512(query + j));
        b = _mm512_dpbusd_epi32(
            b, _mm512_loadu_si512(row + j + 64), _mm512_loadu_si512(query + j + 64));
    }
    for (; j < dim; j += 64) {
        __mmask64 mask = dim - j < 64 ? ((__mmask64)1 << (dim - j)) - 1 : ~(__mmask64)0;
        a = _mm512_dpbusd_epi32(
            a, _mm512_maskz_loadu_epi8(mask, row + j), _mm512_maskz_loadu_epi8(mask, query + j));
    }
    return _mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
}

AVX512 static inline float row_near(const float *query, const uint8_t *row, size_t dim) {
    __m512 a = _mm512_setzero_ps(), b = a;
    size_t j = 0;
    for (; j + 32 <= dim; j += 32) {
        __m512 x = _mm512_sub_ps(_mm512_loadu_ps(query + j), f32_at(row + 4 * j, ALL));
        __m512 y = _mm512_sub_ps(_mm512_loadu_ps(query + j + 16), f32_at(row + 4 * (j + 16), ALL));
        a = _mm512_fmadd_ps(x, x, a);
        b = _mm512_fmadd_ps(y, y, b);
    }
    for (; j < dim; j += 16) {
        __mmask16 mask = dim - j < 16 ? (__mmask16)((1u << (dim - j)) - 1) : ALL;
        __m512 q = _mm512_maskz_loadu_ps(mask, query + j);
        __m512 x = _mm512_sub_ps(q, f32_at(row + 4 * j, mask));
        a = _mm512_fmadd_ps(x, x, a);
    }
    return -_mm512_reduce_add_ps(_mm512_add_ps(a, b));
}

PS_SCAN(AVX512, dot_f32, row_f32, float, float)
PS_SCAN(AVX512, dot_f16, row_f16, float, float)
PS_SCAN(AVX512, dot_bf16, row_bf16, float, float)
PS_SCAN(AVX512, dot_u8, row_u8, float, float)
PS_SCAN(AVX512, dot_i8, row_i8, int8_t, int32_t)
PS_SCAN(AVX512, near_f32, row_near, float, float)

const ps_kernels ps_avx512 = {
    "avx512vnni", dot_f32, dot_f16, dot_bf16, dot_u8, dot_i8, near_f32};

#endif
