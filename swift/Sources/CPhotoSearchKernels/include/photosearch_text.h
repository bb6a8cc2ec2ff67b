/// The arithmetic of a text transformer: fp32 values; weights int4, int8 or fp32.
#ifndef PHOTOSEARCH_TEXT_H
#define PHOTOSEARCH_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum {
    /// Columns of int4 that share a scale.
    PS_INT4_GROUP = 64,
    /// Rows of int4 that are widened at a time: small enough to stay in a cache, and whole tiles of
    /// every kind of processor.
    PS_INT4_ROWS = 12,
};

/// A linear layer: y = x · weightsᵀ · scale + bias.
typedef struct {
    /// [outputs, inputs], int4, int8 or fp32 as the function says; need not be aligned.
    const void *_Nonnull weights;
    /// One a row of weights, or null for none; of int4, one a group of PS_INT4_GROUP columns.
    const float *_Nullable scale;
    /// One a row of weights, or null for none.
    const float *_Nullable bias;
    size_t inputs, outputs;
} ps_linear;

/// What one kind of processor does. All kinds agree to the rounding of fp32.
typedef struct {
    const char *_Nonnull name;
    /// x [tokens, inputs] to y, whose rows lie `stride` values apart; weights int8.
    void (*_Nonnull linear_int8)(
        const ps_linear *_Nonnull layer, const float *_Nonnull x, size_t tokens,
        float *_Nonnull y, size_t stride);
    /// The same with fp32 weights.
    void (*_Nonnull linear_fp32)(
        const ps_linear *_Nonnull layer, const float *_Nonnull x, size_t tokens,
        float *_Nonnull y, size_t stride);
    /// The same with int4 weights, packed as for ps_int4_row, in whole groups; `room` is for
    /// PS_INT4_ROWS * inputs values.
    void (*_Nonnull linear_int4)(
        const ps_linear *_Nonnull layer, const float *_Nonnull x, size_t tokens,
        float *_Nonnull y, size_t stride, float *_Nonnull room);
    /// x = (x - mean) / sqrt(variance + eps) * weight + bias, each row of [tokens, width] alone.
    void (*_Nonnull layer_norm)(
        float *_Nonnull x, size_t tokens, size_t width, const float *_Nonnull weight,
        const float *_Nonnull bias, float eps);
    /// x = x · Φ(x), exact to 2e-7.
    void (*_Nonnull gelu)(float *_Nonnull x, size_t count);
    /// Multi-head attention of `count` tokens from `first` on to every token: qkv [tokens, 3 * width]
    /// to those rows of y [tokens, width]. `scores` has room for tokens + 16 values.
    void (*_Nonnull attend)(
        const float *_Nonnull qkv, size_t tokens, size_t first, size_t count, size_t width,
        size_t heads, float *_Nonnull scores, float *_Nonnull y);
} ps_text_kernels;

/// How many kinds this processor can run; the first is plain C, the last the fastest.
size_t ps_text_kernels_count(void);
const ps_text_kernels *_Nonnull ps_text_kernels_at(size_t index);

/// One row of symmetric int4 in groups of 64 columns: the low nibble is the even column, and a
/// value is (nibble - 8) * scale. `scale` is fp16, little-endian, [width / 64].
void ps_int4_row(
    const uint8_t *_Nonnull codes, const uint8_t *_Nonnull scale, size_t width,
    float *_Nonnull out);

#endif
