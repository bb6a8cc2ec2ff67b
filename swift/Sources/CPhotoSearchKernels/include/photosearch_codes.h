/// Codes of vectors, to and from float32.
#ifndef PHOTOSEARCH_CODES_H
#define PHOTOSEARCH_CODES_H

#include "photosearch_scan.h"

/// IEEE half to float32: `rows->count` rows of `rows->dim` numbers, one after the other.
void ps_decode_f16(const ps_rows *_Nonnull rows, float *_Nonnull out);

/// bfloat16 to float32, likewise.
void ps_decode_bf16(const ps_rows *_Nonnull rows, float *_Nonnull out);

/// Unsigned bytes to float32, likewise: `low[j] + (code + 0.5) / 255 * width[j]`, as faiss does.
void ps_decode_sq8(
    const ps_rows *_Nonnull rows, const float *_Nonnull low, const float *_Nonnull width,
    float *_Nonnull out);

/// Unsigned bytes to float32, likewise: `code + offset`.
void ps_decode_direct(const ps_rows *_Nonnull rows, float offset, float *_Nonnull out);

/// float32 to IEEE half, to the nearest, ties to even; a value out of range becomes infinite.
void ps_encode_f16(const float *_Nonnull in, size_t count, void *_Nonnull out);

/// The same, but ties away from zero: what faiss writes on x86-64.
void ps_encode_f16_away(const float *_Nonnull in, size_t count, void *_Nonnull out);

/// float32 to bfloat16, to the nearest, ties away from zero, as faiss does.
void ps_encode_bf16(const float *_Nonnull in, size_t count, void *_Nonnull out);

/// float32 to unsigned bytes, as faiss does: `trunc(255 * clamp((x - low[j]) / width[j], 0, 1))`,
/// and 0 where the width is 0.
void ps_encode_sq8(
    const float *_Nonnull in, size_t count, size_t dim, const float *_Nonnull low,
    const float *_Nonnull width, uint8_t *_Nonnull out);

#endif
