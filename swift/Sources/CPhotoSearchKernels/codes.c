/// Codes of vectors, to and from float32.

#include "photosearch_codes.h"

#include "scan.h"

// faiss's own arithmetic, step by step: a fused multiply-add would round otherwise.
#pragma STDC FP_CONTRACT OFF

void ps_decode_f16(const ps_rows *rows, float *out) {
    for (size_t i = 0; i < rows->count; i++, out += rows->dim) {
        const uint8_t *row = ps_row(rows, i);
        for (size_t j = 0; j < rows->dim; j++)
            out[j] = ps_float_of_f16(ps_load_u16(row + 2 * j));
    }
}

void ps_decode_bf16(const ps_rows *rows, float *out) {
    for (size_t i = 0; i < rows->count; i++, out += rows->dim) {
        const uint8_t *row = ps_row(rows, i);
        for (size_t j = 0; j < rows->dim; j++)
            out[j] = ps_float_of_bf16(ps_load_u16(row + 2 * j));
    }
}

void ps_decode_sq8(const ps_rows *rows, const float *low, const float *width, float *out) {
    for (size_t i = 0; i < rows->count; i++, out += rows->dim) {
        const uint8_t *row = ps_row(rows, i);
        for (size_t j = 0; j < rows->dim; j++)
            out[j] = low[j] + ((float)row[j] + 0.5f) / 255.0f * width[j];
    }
}

void ps_decode_direct(const ps_rows *rows, float offset, float *out) {
    for (size_t i = 0; i < rows->count; i++, out += rows->dim) {
        const uint8_t *row = ps_row(rows, i);
        for (size_t j = 0; j < rows->dim; j++) out[j] = (float)row[j] + offset;
    }
}

/// To the nearest half, ties to even. NaN stays NaN.
static uint16_t half_of_float(float value) {
    uint32_t bits = ps_bits_of_float(value);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7fffffff;
    if (bits > 0x7f800000) return sign | 0x7e00;
    if (bits >= 0x477ff000) return sign | 0x7c00;  // 65520 and more: infinite
    if (bits < 0x38800000) {                       // a denormal half: let the processor round
        float size = ps_float_of_bits(bits) + 0.5f;
        return (uint16_t)(sign | (ps_bits_of_float(size) - 0x3f000000));
    }
    bits += 0xfff + (bits >> 13 & 1);
    return (uint16_t)(sign | (bits - 0x38000000) >> 13);
}

void ps_encode_f16(const float *in, size_t count, void *out) {
    for (size_t i = 0; i < count; i++) {
        uint16_t half = half_of_float(in[i]);
        memcpy((uint8_t *)out + 2 * i, &half, sizeof half);
    }
}

static uint16_t half_of_float_away(float value) {
    uint32_t bits = ps_bits_of_float(value);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7fffffff;
    if (bits > 0x7f800000 || bits >= 0x477ff000) return half_of_float(value);
    if (bits < 0x38800000)  // a denormal half, in steps of 2^-24
        return (uint16_t)(sign | (uint16_t)((double)ps_float_of_bits(bits) * 0x1p24 + 0.5));
    return (uint16_t)(sign | (bits + 0x1000 - 0x38000000) >> 13);
}

void ps_encode_f16_away(const float *in, size_t count, void *out) {
    for (size_t i = 0; i < count; i++) {
        uint16_t half = half_of_float_away(in[i]);
        memcpy((uint8_t *)out + 2 * i, &half, sizeof half);
    }
}

void ps_encode_bf16(const float *in, size_t count, void *out) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = ps_bits_of_float(in[i]);
        if ((bits & 0x7fffffff) > 0x7f800000) {
            bits |= 0x400000;  // NaN stays NaN
        } else {
            bits += 0x8000;
        }
        uint16_t top = (uint16_t)(bits >> 16);
        memcpy((uint8_t *)out + 2 * i, &top, sizeof top);
    }
}

void ps_encode_sq8(
    const float *in, size_t count, size_t dim, const float *low, const float *width,
    uint8_t *out) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < dim; j++) {
            float share = width[j] != 0 ? (in[i * dim + j] - low[j]) / width[j] : 0;
            if (!(share > 0)) share = 0;  // NaN too
            if (share > 1) share = 1;
            out[i * dim + j] = (uint8_t)(255 * share);
        }
}
