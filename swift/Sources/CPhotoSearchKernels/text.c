// The text kernels for each kind of processor, and the choice among them at run time.

#include "photosearch_text.h"

#include <math.h>
#include <string.h>

// What every processor of the architecture has: SSE2 or NEON.
#define KERNELS baseline
#define KERNELS_NAME "baseline"
#define LANES 4
#if defined(__aarch64__)
#define ROWS 4
#define TOKENS 6
#else
#define ROWS 2
#define TOKENS 4
#endif
#include "text_kernels.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define KERNELS avx2
#define KERNELS_NAME "avx2"
#define LANES 8
#define ROWS 3
#define TOKENS 4
#include "text_kernels.h"
#pragma clang attribute pop

#pragma clang attribute push(                                                          \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define KERNELS avx512
#define KERNELS_NAME "avx512"
#define LANES 16
#define ROWS 4
#define TOKENS 6
#include "text_kernels.h"
#pragma clang attribute pop

static const ps_text_kernels *const all[] = {&baseline, &avx2, &avx512};

size_t ps_text_kernels_count(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw")) return 2;
    if (!__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) return 2;
    return 3;
}

#else

static const ps_text_kernels *const all[] = {&baseline};

size_t ps_text_kernels_count(void) { return 1; }

#endif

const ps_text_kernels *ps_text_kernels_at(size_t index) {
    size_t count = ps_text_kernels_count();
    return all[index < count ? index : count - 1];
}

static float half(const uint8_t *at) {
    uint32_t bits = (uint32_t)at[0] | (uint32_t)at[1] << 8;
    uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023;
    float value = exponent == 0 ? ldexpf((float)fraction, -24)
                                : ldexpf((float)(fraction | 1024), (int)exponent - 25);
    if (exponent == 31) value = fraction ? NAN : INFINITY;
    return bits >> 15 ? -value : value;
}

void ps_int4_row(const uint8_t *codes, const uint8_t *scale, size_t width, float *out) {
    const size_t half_group = PS_INT4_GROUP / 2;
    for (size_t group = 0; group * PS_INT4_GROUP < width; group++) {
        float factor = half(scale + 2 * group);
        for (size_t i = group * half_group; i < (group + 1) * half_group; i++) {
            out[2 * i] = factor * (float)((int)(codes[i] & 15) - 8);
            out[2 * i + 1] = factor * (float)((int)(codes[i] >> 4) - 8);
        }
    }
}
