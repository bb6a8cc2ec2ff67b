// The kernels of photosearch_text.h for one kind of processor. Included once for each, with
//
// KERNELS  the name of the ps_text_kernels that is defined
// LANES    floats in a vector: a power of two, 4 to 16
// ROWS     outputs that a tile computes at once
// TOKENS   tokens that a tile computes at once, 1 to 6; ROWS * TOKENS accumulators must fit in
//          the registers
//
// Vectors are clang's, which work on every processor: https://clang.llvm.org/docs/LanguageExtensions.html

#define JOIN2(a, b) a##_##b
#define JOIN(a, b) JOIN2(a, b)
#define NAME(x) JOIN(KERNELS, x)
#define INLINE static inline __attribute__((always_inline))

typedef float NAME(floats) __attribute__((vector_size(4 * LANES)));
typedef int32_t NAME(ints) __attribute__((vector_size(4 * LANES)));
typedef int8_t NAME(bytes) __attribute__((vector_size(LANES)));
typedef uint8_t NAME(packed) __attribute__((vector_size(16)));

#define floats NAME(floats)
#define ints NAME(ints)
#define packed NAME(packed)

INLINE floats NAME(all)(float value) { return (floats){} + value; }

INLINE floats NAME(load)(const float *at) {
    floats value;
    memcpy(&value, at, sizeof value);
    return value;
}

INLINE void NAME(store)(float *at, floats value) { memcpy(at, &value, sizeof value); }

INLINE floats NAME(load_int8)(const int8_t *at) {
    NAME(bytes) codes;
    memcpy(&codes, at, sizeof codes);
    return __builtin_convertvector(codes, floats);
}

INLINE float NAME(sum)(floats v) {
    for (int half = LANES / 2; half > 0; half /= 2) {
        floats moved = v;
        for (int i = 0; i < half; i++) moved[i] = v[i + half];
        v += moved;
    }
    return v[0];
}

INLINE floats NAME(max)(floats a, floats b) {
    ints mask = a > b;
    return (floats)(((ints)a & mask) | ((ints)b & ~mask));
}

/// e^x to 2 units in the last place, 0 below -87: Cephes, expf.c, https://www.netlib.org/cephes
INLINE floats NAME(exp)(floats x) {
    ints small = x < -87.0f;
    x = NAME(max)(x, NAME(all)(-87.0f));
    x = -NAME(max)(-x, NAME(all)(-88.0f));
    const float rounding = 12582912.0f;  // 1.5 * 2^23: adding it leaves no fraction
    floats n = (x * 1.44269504088896341f + rounding) - rounding;
    floats r = x - n * 0.693359375f - n * -2.12194440e-4f;
    floats p = NAME(all)(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    ints power = (__builtin_convertvector(n, ints) + 127) << 23;
    return (floats)((ints)(p * (floats)power) & ~small);
}

#define FOR_TILE                   \
    _Pragma("unroll") for (size_t r = 0; r < rows; r++) \
        _Pragma("unroll") for (size_t t = 0; t < tokens; t++)

/// `rows` outputs from row `first` on, of `tokens` tokens; both are constants where it is called.
INLINE void NAME(tile)(
    const ps_linear *layer, size_t first, size_t rows, const float *x, size_t tokens, float *y,
    size_t stride, int is_int8) {
    const size_t inputs = layer->inputs;
    const int8_t *codes = (const int8_t *)layer->weights + first * inputs;
    const uint8_t *values = (const uint8_t *)layer->weights + first * inputs * sizeof(float);
    floats sums[ROWS][TOKENS];
    FOR_TILE sums[r][t] = NAME(all)(0);
    size_t at = 0;
    for (; at + LANES <= inputs; at += LANES) {
        floats w[ROWS];
        _Pragma("unroll") for (size_t r = 0; r < rows; r++) {
            const uint8_t *row = values + (r * inputs + at) * sizeof(float);
            if (is_int8) w[r] = NAME(load_int8)(codes + r * inputs + at);
            else memcpy(&w[r], row, sizeof w[r]);
        }
        _Pragma("unroll") for (size_t t = 0; t < tokens; t++) {
            floats v = NAME(load)(x + t * inputs + at);
            _Pragma("unroll") for (size_t r = 0; r < rows; r++) sums[r][t] += w[r] * v;
        }
    }
    FOR_TILE {
        float sum = NAME(sum)(sums[r][t]);
        for (size_t i = at; i < inputs; i++) {
            float w;
            if (is_int8) w = codes[r * inputs + i];
            else memcpy(&w, values + (r * inputs + i) * sizeof w, sizeof w);
            sum += w * x[t * inputs + i];
        }
        if (layer->scale) sum *= layer->scale[first + r];
        if (layer->bias) sum += layer->bias[first + r];
        y[t * stride + first + r] = sum;
    }
}

INLINE void NAME(rows)(
    const ps_linear *layer, const float *x, size_t tokens, float *y, size_t stride, int is_int8) {
    size_t first = 0;
    for (; first + ROWS <= layer->outputs; first += ROWS) {
        NAME(tile)(layer, first, ROWS, x, tokens, y, stride, is_int8);
    }
    for (; first < layer->outputs; first++) {
        NAME(tile)(layer, first, 1, x, tokens, y, stride, is_int8);
    }
}

/// Groups of tokens as equal as can be, of at most TOKENS: 20 are four of 5, not three of 6 and 2.
INLINE void NAME(linear)(
    const ps_linear *layer, const float *x, size_t tokens, float *y, size_t stride, int is_int8) {
    for (size_t groups = (tokens + TOKENS - 1) / TOKENS; groups > 0; groups--) {
        size_t count = (tokens + groups - 1) / groups;
        switch (count) {
#if TOKENS > 4
        case 6: NAME(rows)(layer, x, 6, y, stride, is_int8); break;
        case 5: NAME(rows)(layer, x, 5, y, stride, is_int8); break;
#endif
        case 4: NAME(rows)(layer, x, 4, y, stride, is_int8); break;
        case 3: NAME(rows)(layer, x, 3, y, stride, is_int8); break;
        case 2: NAME(rows)(layer, x, 2, y, stride, is_int8); break;
        default: NAME(rows)(layer, x, 1, y, stride, is_int8); break;
        }
        x += count * layer->inputs;
        y += count * stride;
        tokens -= count;
    }
}

static void NAME(linear_int8)(
    const ps_linear *layer, const float *x, size_t tokens, float *y, size_t stride) {
    NAME(linear)(layer, x, tokens, y, stride, 1);
}

static void NAME(linear_fp32)(
    const ps_linear *layer, const float *x, size_t tokens, float *y, size_t stride) {
    NAME(linear)(layer, x, tokens, y, stride, 0);
}

/// 32 codes of int4 to as many values less 8, in the order of their columns.
INLINE void NAME(split_int4)(const uint8_t *at, int8_t *out) {
    packed codes;
    memcpy(&codes, at, sizeof codes);
    packed even = (codes & 15) - 8, odd = (codes >> 4) - 8;
    packed first = __builtin_shufflevector(
        even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    packed second = __builtin_shufflevector(
        even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    memcpy(out, &first, sizeof first);
    memcpy(out + sizeof first, &second, sizeof second);
}

INLINE void NAME(widen_int4)(const uint8_t *codes, const float *scale, size_t groups, float *out) {
    int8_t split[PS_INT4_GROUP];
    for (; groups > 0; groups--, scale++, codes += PS_INT4_GROUP / 2, out += PS_INT4_GROUP) {
        NAME(split_int4)(codes, split);
        NAME(split_int4)(codes + PS_INT4_GROUP / 4, split + PS_INT4_GROUP / 2);
        for (size_t i = 0; i < PS_INT4_GROUP; i += LANES) {
            NAME(store)(out + i, NAME(load_int8)(split + i) * *scale);
        }
    }
}

/// Widens a few rows and goes on in fp32. Widened inside of tile, they would be widened again for
/// every group of tokens: a fifth to a half slower for 20 tokens (AVX-512, AVX2, SSE2 on one EPYC).
static void NAME(linear_int4)(
    const ps_linear *layer, const float *x, size_t tokens, float *y, size_t stride, float *room) {
    size_t inputs = layer->inputs, groups = inputs / PS_INT4_GROUP;
    const uint8_t *codes = layer->weights;
    for (size_t first = 0; first < layer->outputs; first += PS_INT4_ROWS) {
        size_t rest = layer->outputs - first, rows = rest < PS_INT4_ROWS ? rest : PS_INT4_ROWS;
        const float *scale = layer->scale + first * groups;
        NAME(widen_int4)(codes + first * inputs / 2, scale, rows * groups, room);
        const float *bias = layer->bias ? layer->bias + first : NULL;
        ps_linear part = {room, NULL, bias, inputs, rows};
        NAME(linear_fp32)(&part, x, tokens, y + first, stride);
    }
}

INLINE float NAME(sum_of)(const float *x, size_t count, float minus, int is_squared) {
    floats sums = NAME(all)(0);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        floats v = NAME(load)(x + i) - minus;
        sums += is_squared ? v * v : v;
    }
    float sum = NAME(sum)(sums);
    for (; i < count; i++) {
        float v = x[i] - minus;
        sum += is_squared ? v * v : v;
    }
    return sum;
}

static void NAME(layer_norm)(
    float *x, size_t tokens, size_t width, const float *weight, const float *bias, float eps) {
    for (; tokens > 0; tokens--, x += width) {
        float mean = NAME(sum_of)(x, width, 0, 0) / (float)width;
        float variance = NAME(sum_of)(x, width, mean, 1) / (float)width;
        float factor = 1 / sqrtf(variance + eps);
        for (size_t i = 0; i < width; i++) x[i] = (x[i] - mean) * factor * weight[i] + bias[i];
    }
}

/// max(x, 0) - |x| (1 - Φ(|x|)), with Abramowitz and Stegun, Handbook of Mathematical Functions
/// (1964), formula 7.1.26 for erf.
INLINE floats NAME(gelu_of)(floats x) {
    floats size = NAME(max)(x, -x);
    floats t = 1.0f / (1.0f + 0.23164189f * size);  // 0.3275911 / sqrt(2)
    floats tail = 1.061405429f * t;
    tail = (tail - 1.453152027f) * t;
    tail = (tail + 1.421413741f) * t;
    tail = (tail - 0.284496736f) * t;
    tail = (tail + 0.254829592f) * t;
    tail *= NAME(exp)(-0.5f * x * x) * size * 0.5f;
    return NAME(max)(x, NAME(all)(0)) - tail;
}

static void NAME(gelu)(float *x, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) NAME(store)(x + i, NAME(gelu_of)(NAME(load)(x + i)));
    if (i < count) {
        floats rest = NAME(all)(0);
        memcpy(&rest, x + i, (count - i) * sizeof *x);
        rest = NAME(gelu_of)(rest);
        memcpy(x + i, &rest, (count - i) * sizeof *x);
    }
}

INLINE float NAME(dot)(const float *a, const float *b, size_t count) {
    floats sums = NAME(all)(0);
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) sums += NAME(load)(a + i) * NAME(load)(b + i);
    float sum = NAME(sum)(sums);
    for (; i < count; i++) sum += a[i] * b[i];
    return sum;
}

/// Scores to e^(score - greatest), and their sum. The row has LANES values more, which are lost.
INLINE float NAME(exponentials)(float *scores, size_t count) {
    float most = scores[0];
    for (size_t i = 1; i < count; i++) most = scores[i] > most ? scores[i] : most;
    for (size_t i = 0; i < LANES; i++) scores[count + i] = -INFINITY;
    for (size_t i = 0; i < count; i += LANES) {
        NAME(store)(scores + i, NAME(exp)(NAME(load)(scores + i) - most));
    }
    return NAME(sum_of)(scores, count, 0, 0);
}

/// out = the sum of factor[t] * values[t], each a row of `width` that lies `stride` after the last.
INLINE void NAME(mix)(
    const float *factors, const float *values, size_t tokens, size_t stride, size_t width,
    float *out) {
    size_t i = 0;
    for (; i + LANES <= width; i += LANES) {
        floats sum = NAME(all)(0);
        for (size_t t = 0; t < tokens; t++) sum += factors[t] * NAME(load)(values + t * stride + i);
        NAME(store)(out + i, sum);
    }
    for (; i < width; i++) {
        float sum = 0;
        for (size_t t = 0; t < tokens; t++) sum += factors[t] * values[t * stride + i];
        out[i] = sum;
    }
}

static void NAME(attend)(
    const float *qkv, size_t tokens, size_t first, size_t count, size_t width, size_t heads,
    float *scores, float *y) {
    size_t part = width / heads, stride = 3 * width;
    float factor = 1 / sqrtf((float)part);
    for (size_t h = 0; h < heads; h++) {
        const float *q = qkv + h * part, *k = q + width, *v = k + width;
        for (size_t t = first; t < first + count; t++) {
            for (size_t u = 0; u < tokens; u++) {
                scores[u] = factor * NAME(dot)(q + t * stride, k + u * stride, part);
            }
            float sum = NAME(exponentials)(scores, tokens);
            for (size_t u = 0; u < tokens; u++) scores[u] /= sum;
            NAME(mix)(scores, v, tokens, stride, part, y + t * width + h * part);
        }
    }
}

static const ps_text_kernels KERNELS = {
    .name = KERNELS_NAME,
    .linear_int8 = NAME(linear_int8),
    .linear_fp32 = NAME(linear_fp32),
    .linear_int4 = NAME(linear_int4),
    .layer_norm = NAME(layer_norm),
    .gelu = NAME(gelu),
    .attend = NAME(attend),
};

#undef FOR_TILE
#undef floats
#undef ints
#undef packed
#undef INLINE
#undef NAME
#undef JOIN
#undef JOIN2
#undef KERNELS
#undef KERNELS_NAME
#undef LANES
#undef ROWS
#undef TOKENS
