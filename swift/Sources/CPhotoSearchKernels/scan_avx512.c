/// The scans for x86-64 with AVX-512: Intel's servers since Skylake; with VNNI, which multiplies bytes,
/// since Cascade Lake and Zen 4.
///
/// A mask stands for the last few numbers of a row: nothing is read beyond them. Rows are read 32
/// bytes at a time at most, as they seldom lie at multiples of 64: reads of 64 bytes, of which all
/// then cross from one cache line to the next, take a fifth more time. So fp32 is left to AVX2.

#if defined(__x86_64__)

#include <immintrin.h>

#include "scan.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c")))
#define VNNI \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")))

#define ALL ((__mmask16)0xffff)

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

DOT(row_f16, 2, f16_at)
DOT(row_bf16, 2, bf16_at)
DOT(row_u8, 1, u8_at)

#define STEP_I8(sum, offset)                                              \
    sum = _mm256_dpbusd_epi32(                                            \
        sum, _mm256_loadu_si256((const __m256i *)(row + j + (offset))),   \
        _mm256_loadu_si256((const __m256i *)(query + j + (offset))))

VNNI static inline int32_t row_i8(const int8_t *query, const uint8_t *row, size_t dim) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    size_t j = 0;
    for (; j + 128 <= dim; j += 128) {
        STEP_I8(a, 0);
        STEP_I8(b, 32);
        STEP_I8(c, 64);
        STEP_I8(d, 96);
    }
    for (; j < dim; j += 32) {
        __mmask32 mask = dim - j < 32 ? ((__mmask32)1 << (dim - j)) - 1 : ~(__mmask32)0;
        __m256i q = _mm256_maskz_loadu_epi8(mask, query + j);
        a = _mm256_dpbusd_epi32(a, _mm256_maskz_loadu_epi8(mask, row + j), q);
    }
    __m256i sums = _mm256_add_epi32(_mm256_add_epi32(a, b), _mm256_add_epi32(c, d));
    __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

PS_SCAN(AVX512, dot_f16, row_f16, float, float)
PS_SCAN(AVX512, dot_bf16, row_bf16, float, float)
PS_SCAN(AVX512, dot_u8, row_u8, float, float)
PS_SCAN(VNNI, dot_i8, row_i8, int8_t, int32_t)

/// Up to four groups side by side, for which the query is spread once. Here 64 bytes are read at a
/// time: whoever cares puts short codes at a multiple of that.
VNNI static inline void some_groups(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    __m512i sums[4] = {0};
    for (size_t j = 0; j < dim; j += 4) {
        __m512i q = _mm512_set1_epi32(ps_load_four(query + j));
        for (size_t k = 0; k < groups; k++) {
            const uint8_t *at = codes + k * PS_GROUP * dim + PS_GROUP * j;
            sums[k] = _mm512_dpbusd_epi32(sums[k], _mm512_loadu_si512(at), q);
        }
    }
    for (size_t k = 0; k < groups; k++) _mm512_storeu_si512(out + k * PS_GROUP, sums[k]);
}

VNNI static void dot_short(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    size_t group = 0;
    for (; group + 4 <= groups; group += 4)
        some_groups(query, codes + group * PS_GROUP * dim, dim, 4, out + group * PS_GROUP);
    for (; group < groups; group++)
        some_groups(query, codes + group * PS_GROUP * dim, dim, 1, out + group * PS_GROUP);
}

const ps_kernels ps_avx512 = {
    "avx512", ps_avx2_dot_f32, dot_f16, dot_bf16, dot_u8, ps_avx2_dot_i8, ps_avx2_dot_small, 64,
    ps_avx2_near_f32, ps_avx2_dot_short};

const ps_kernels ps_avx512_vnni = {
    "avx512vnni", ps_avx2_dot_f32, dot_f16, dot_bf16, dot_u8, dot_i8, dot_i8, 127,
    ps_avx2_near_f32, dot_short};

#endif
