/// The scans for arm64: NEON is there always, the dot product since the A12, M1 and Cortex-A55.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "scan.h"

static inline float32x4_t f32_at(const uint8_t *at) {
    return vreinterpretq_f32_u8(vld1q_u8(at));
}

static inline float32x4_t f16_at(const uint8_t *at) {
    return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(at)));
}

static inline float32x4_t bf16_at(const uint8_t *at) {
    return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(at)), 16));
}

static inline float32x4_t u8_at(const uint8_t *at) {
    uint32_t four;
    memcpy(&four, at, sizeof four);
    uint16x8_t wide = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)));
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide)));
}

/// The last few numbers of a row, copied to where four can be read; zeros after them.
#define TAIL(bytes)                                     \
    float last[4] = {0};                                \
    uint8_t code[16] = {0};                             \
    memcpy(last, query + j, (dim - j) * sizeof *query); \
    memcpy(code, row + (bytes) * j, (dim - j) * (bytes));

#define STEP(sum, offset, bytes, value) \
    sum = vfmaq_f32(                    \
        sum, vld1q_f32(query + j + (offset)), value(row + (bytes) * (j + (offset))))

#define DOT(name, bytes, value)                                                    \
    static inline float name(const float *query, const uint8_t *row, size_t dim) { \
        float32x4_t a = vdupq_n_f32(0), b = a, c = a, d = a;                       \
        size_t j = 0;                                                              \
        for (; j + 16 <= dim; j += 16) {                                           \
            STEP(a, 0, bytes, value);                                              \
            STEP(b, 4, bytes, value);                                              \
            STEP(c, 8, bytes, value);                                              \
            STEP(d, 12, bytes, value);                                             \
        }                                                                          \
        for (; j + 4 <= dim; j += 4) STEP(a, 0, bytes, value);                     \
        if (j < dim) {                                                             \
            TAIL(bytes)                                                            \
            b = vfmaq_f32(b, vld1q_f32(last), value(code));                        \
        }                                                                          \
        return vaddvq_f32(vaddq_f32(vaddq_f32(a, b), vaddq_f32(c, d)));            \
    }

DOT(row_f32, 4, f32_at)
DOT(row_f16, 2, f16_at)
DOT(row_bf16, 2, bf16_at)
DOT(row_u8, 1, u8_at)

/// Codes less 128, so that both sides are signed.
static inline int8x16_t signed_codes(const uint8_t *at) {
    return vreinterpretq_s8_u8(veorq_u8(vld1q_u8(at), vdupq_n_u8(0x80)));
}

/// What the rows' sums lack because 128 was taken from every code, for as much of the query as
/// is done 16 numbers at a time.
static inline int32_t lacking(const int8_t *query, size_t dim) {
    int32_t sum = 0;
    for (size_t j = 0; j < dim / 16 * 16; j++) sum += query[j];
    return 128 * sum;
}

static inline int32_t row_i8(const int8_t *query, const uint8_t *row, size_t dim) {
    int32x4_t sums = vdupq_n_s32(0);
    size_t j = 0;
    for (; j + 16 <= dim; j += 16) {
        int8x16_t q = vld1q_s8(query + j), c = signed_codes(row + j);
        sums = vpadalq_s16(sums, vmull_s8(vget_low_s8(q), vget_low_s8(c)));
        sums = vpadalq_s16(sums, vmull_high_s8(q, c));
    }
    int32_t sum = vaddvq_s32(sums);
    for (; j < dim; j++) sum += query[j] * row[j];
    return sum;
}

/// Two products of which fit in 16 bits, as no byte of the query is -128.
static inline int32_t row_small(const int8_t *query, const uint8_t *row, size_t dim) {
    int32x4_t sums = vdupq_n_s32(0);
    size_t j = 0;
    for (; j + 16 <= dim; j += 16) {
        int8x16_t q = vld1q_s8(query + j), c = signed_codes(row + j);
        int16x8_t pairs = vmull_s8(vget_low_s8(q), vget_low_s8(c));
        sums = vpadalq_s16(sums, vmlal_high_s8(pairs, q, c));
    }
    int32_t sum = vaddvq_s32(sums);
    for (; j < dim; j++) sum += query[j] * row[j];
    return sum;
}

#define DOTPROD __attribute__((target("dotprod")))

DOTPROD static inline int32_t row_i8_dotprod(
    const int8_t *query, const uint8_t *row, size_t dim) {
    int32x4_t a = vdupq_n_s32(0), b = a;
    size_t j = 0;
    for (; j + 32 <= dim; j += 32) {
        a = vdotq_s32(a, vld1q_s8(query + j), signed_codes(row + j));
        b = vdotq_s32(b, vld1q_s8(query + j + 16), signed_codes(row + j + 16));
    }
    for (; j + 16 <= dim; j += 16)
        a = vdotq_s32(a, vld1q_s8(query + j), signed_codes(row + j));
    int32_t sum = vaddvq_s32(vaddq_s32(a, b));
    for (; j < dim; j++) sum += query[j] * row[j];
    return sum;
}

static inline float row_near(const float *query, const uint8_t *row, size_t dim) {
    float32x4_t a = vdupq_n_f32(0), b = a;
    size_t j = 0;
    for (; j + 8 <= dim; j += 8) {
        float32x4_t x = vsubq_f32(vld1q_f32(query + j), f32_at(row + 4 * j));
        float32x4_t y = vsubq_f32(vld1q_f32(query + j + 4), f32_at(row + 4 * (j + 4)));
        a = vfmaq_f32(a, x, x);
        b = vfmaq_f32(b, y, y);
    }
    float sum = vaddvq_f32(vaddq_f32(a, b));
    for (; j < dim; j++) {
        float apart = query[j] - ps_load_f32(row + 4 * j);
        sum += apart * apart;
    }
    return -sum;
}

PS_SCAN(, dot_f32, row_f32, float, float)
PS_SCAN(, dot_f16, row_f16, float, float)
PS_SCAN(, dot_bf16, row_bf16, float, float)
PS_SCAN(, dot_u8, row_u8, float, float)
PS_SCAN(, near_f32, row_near, float, float)

#define I8(target, name, row)                                                              \
    target static void name(const int8_t *query, const ps_rows *rows, int32_t *out) {     \
        int32_t lack = lacking(query, rows->dim);                                          \
        for (size_t turn = 0; turn < rows->count; turn++) {                                \
            size_t i = ps_at_turn(rows, turn);                                            \
            ps_fetch(rows, i);                                                            \
            out[i] = row(query, ps_row(rows, i), rows->dim) + lack;                       \
        }                                                                                  \
    }

I8(, dot_i8, row_i8)
I8(, dot_small, row_small)
I8(DOTPROD, dot_i8_dotprod, row_i8_dotprod)

/// Sums of two rows in each vector, a pair of lanes a row, until a group is through.
static void dot_short(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    for (size_t group = 0; group < groups; group++, codes += PS_GROUP * dim, out += PS_GROUP) {
        int32x4_t sums[8];
        for (size_t k = 0; k < 8; k++) sums[k] = vdupq_n_s32(0);
        for (size_t j = 0; j < dim; j += 4) {
            int8x8_t q = vreinterpret_s8_s32(vdup_n_s32(ps_load_four(query + j)));
            for (size_t k = 0; k < 8; k++) {
                int8x8_t c = vreinterpret_s8_u8(vld1_u8(codes + PS_GROUP * j + 8 * k));
                sums[k] = vpadalq_s16(sums[k], vmull_s8(q, c));
            }
        }
        for (size_t k = 0; k < 4; k++)
            vst1q_s32(out + 4 * k, vpaddq_s32(sums[2 * k], sums[2 * k + 1]));
    }
}

DOTPROD static void dot_short_dotprod(
    const int8_t *query, const uint8_t *codes, size_t dim, size_t groups, int32_t *out) {
    for (size_t group = 0; group < groups; group++, codes += PS_GROUP * dim, out += PS_GROUP) {
        int32x4_t sums[4];
        for (size_t k = 0; k < 4; k++) sums[k] = vdupq_n_s32(0);
        for (size_t j = 0; j < dim; j += 4) {
            int8x16_t q = vreinterpretq_s8_s32(vdupq_n_s32(ps_load_four(query + j)));
            for (size_t k = 0; k < 4; k++) {
                int8x16_t c = vreinterpretq_s8_u8(vld1q_u8(codes + PS_GROUP * j + 16 * k));
                sums[k] = vdotq_s32(sums[k], c, q);
            }
        }
        for (size_t k = 0; k < 4; k++) vst1q_s32(out + 4 * k, sums[k]);
    }
}

const ps_kernels ps_neon = {
    "neon", dot_f32, dot_f16, dot_bf16, dot_u8, dot_i8, dot_small, 127, near_f32, dot_short};

const ps_kernels ps_neon_dotprod = {
    "neon-dotprod", dot_f32, dot_f16, dot_bf16, dot_u8, dot_i8_dotprod,
    dot_i8_dotprod, 127, near_f32, dot_short_dotprod};

#endif
