/// The scans for x86-64 with AVX2, FMA and F16C: every such processor since 2013.

#if defined(__x86_64__)

#include <immintrin.h>

#include "scan.h"

#define AVX2 __attribute__((target("avx2,fma,f16c")))

AVX2 static inline float total(__m256 sums) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

AVX2 static inline __m256 f32_at(const uint8_t *at) { return _mm256_loadu_ps((const float *)at); }

AVX2 static inline __m256 f16_at(const uint8_t *at) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)at));
}

AVX2 static inline __m256 bf16_at(const uint8_t *at) {
    __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)at));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

AVX2 static inline __m256 u8_at(const uint8_t *at) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)at)));
}

/// The last few numbers of a row, copied to where eight can be read; zeros after them.
#define TAIL(bytes)                                          \
    float last[8] = {0};                                     \
    uint8_t code[32] = {0};                                  \
    memcpy(last, query + j, (dim - j) * sizeof *query);      \
    memcpy(code, row + (bytes) * j, (dim - j) * (bytes));

#define DOT(name, bytes, value)                                                              \
    AVX2 static inline float name(const float *query, const uint8_t *row, size_t dim) {      \
        __m256 a = _mm256_setzero_ps(), b = a, c = a, d = a;                                 \
        size_t j = 0;                                                                        \
        for (; j + 32 <= dim; j += 32) {                                                     \
            a = _mm256_fmadd_ps(_mm256_loadu_ps(query + j), value(row + (bytes) * j), a);    \
            b = _mm256_fmadd_ps(                                                             \
                _mm256_loadu_ps(query + j + 8), value(row + (bytes) * (j + 8)), b);          \
            c = _mm256_fmadd_ps(                                                             \
                _mm256_loadu_ps(query + j + 16), value(row + (bytes) * (j + 16)), c);        \
            d = _mm256_fmadd_ps(                                                             \
                _mm256_loadu_ps(query + j + 24), value(row + (bytes) * (j + 24)), d);        \
        }                                                                                    \
        for (; j + 8 <= dim; j += 8)                                                         \
            a = _mm256_fmadd_ps(_mm256_loadu_ps(query + j), value(row + (bytes) * j), a);    \
        if (j < dim) {                                                                       \
            TAIL(bytes)                                                                      \
            b = _mm256_fmadd_ps(_mm256_loadu_ps(last), value(code), b);                      \
        }                                                                                    \
        return total(_mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d)));               \
    }

DOT(row_f32, 4, f32_at)
DOT(row_f16, 2, f16_at)
DOT(row_bf16, 2, bf16_at)
DOT(row_u8, 1, u8_at)

AVX2 static inline int32_t total_i32(__m256i sums) {
    __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

/// Widened to 16 bits, for which the product of pairs is exact.
AVX2 static inline int32_t row_i8(const int8_t *query, const uint8_t *row, size_t dim) {
    __m256i sums = _mm256_setzero_si256();
    size_t j = 0;
    for (; j + 16 <= dim; j += 16) {
        __m256i q = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + j)));
        __m256i c = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(row + j)));
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(q, c));
    }
    int32_t sum = total_i32(sums);
    for (; j < dim; j++) sum += query[j] * row[j];
    return sum;
}

/// For bytes of magnitude 64 at most, of which two products with unsigned bytes fit in 16 bits.
AVX2 static inline __m256i step_small(__m256i sums, const int8_t *query, const uint8_t *row) {
    __m256i q = _mm256_loadu_si256((const __m256i *)query);
    __m256i pairs = _mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)row), q);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

AVX2 static inline int32_t row_small(const int8_t *query, const uint8_t *row, size_t dim) {
    __m256i a = _mm256_setzero_si256(), b = a;
    size_t j = 0;
    for (; j + 64 <= dim; j += 64) {
        a = step_small(a, query + j, row + j);
        b = step_small(b, query + j + 32, row + j + 32);
    }
    int32_t sum = total_i32(_mm256_add_epi32(a, b));
    return j < dim ? sum + row_i8(query + j, row + j, dim - j) : sum;
}

AVX2 static inline float row_near(const float *query, const uint8_t *row, size_t dim) {
    __m256 a = _mm256_setzero_ps(), b = a;
    size_t j = 0;
    for (; j + 16 <= dim; j += 16) {
        __m256 x = _mm256_sub_ps(_mm256_loadu_ps(query + j), f32_at(row + 4 * j));
        __m256 y = _mm256_sub_ps(_mm256_loadu_ps(query + j + 8), f32_at(row + 4 * (j + 8)));
        a = _mm256_fmadd_ps(x, x, a);
        b = _mm256_fmadd_ps(y, y, b);
    }
    for (; j < dim; j += 8) {
        size_t left = dim - j < 8 ? dim - j : 8;
        float last[8] = {0};
        uint8_t code[32] = {0};
        memcpy(last, query + j, left * 4);
        memcpy(code, row + 4 * j, left * 4);
        __m256 x = _mm256_sub_ps(_mm256_loadu_ps(last), f32_at(code));
        a = _mm256_fmadd_ps(x, x, a);
    }
    return -total(_mm256_add_ps(a, b));
}

PS_SCAN(AVX2, dot_f32, row_f32, float, float)
PS_SCAN(AVX2, dot_f16, row_f16, float, float)
PS_SCAN(AVX2, dot_bf16, row_bf16, float, float)
PS_SCAN(AVX2, dot_u8, row_u8, float, float)
PS_SCAN(AVX2, dot_i8, row_i8, int8_t, int32_t)
PS_SCAN(AVX2, dot_small, row_small, int8_t, int32_t)
PS_SCAN(AVX2, near_f32, row_near, float, float)

/// Half a group: eight rows.
AVX2 static inline __m256i four_numbers(__m256i sums, const uint8_t *codes, __m256i query) {
    __m256i pairs = _mm256_maddubs_epi16(_mm256_loadu_si256((const __m256i *)codes), query);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

AVX2 static void dot_short(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    for (size_t group = 0; group < groups; group++, codes += PS_GROUP * dim, out += PS_GROUP) {
        __m256i a = _mm256_setzero_si256(), b = a;
        for (size_t j = 0; j < dim; j += 4) {
            __m256i q = _mm256_set1_epi32(ps_load_four(query + j));
            a = four_numbers(a, codes + PS_GROUP * j, q);
            b = four_numbers(b, codes + PS_GROUP * j + 32, q);
        }
        _mm256_storeu_si256((__m256i *)out, a);
        _mm256_storeu_si256((__m256i *)(out + 8), b);
    }
}

void ps_avx2_dot_f32(const float *query, const ps_rows *rows, float *out) {
    dot_f32(query, rows, out);
}

void ps_avx2_near_f32(const float *query, const ps_rows *rows, float *out) {
    near_f32(query, rows, out);
}

void ps_avx2_dot_i8(const int8_t *query, const ps_rows *rows, int32_t *out) {
    dot_i8(query, rows, out);
}

void ps_avx2_dot_small(const int8_t *query, const ps_rows *rows, int32_t *out) {
    dot_small(query, rows, out);
}

void ps_avx2_dot_short(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    dot_short(query, codes, dim, groups, out);
}

const ps_kernels ps_avx2 = {
    "avx2", dot_f32, dot_f16, dot_bf16, dot_u8, dot_i8, dot_small, 64, near_f32, dot_short};

#endif
