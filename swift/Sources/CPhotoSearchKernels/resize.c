/// The one resize, equal to Pillow's to the bit. The algorithm is written out in
/// photosearch/images/resize.py.

#include "photosearch_resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Pillow rounds every step: a fused multiply-add would change some weights by one.
#pragma STDC FP_CONTRACT OFF

enum { BITS = 22, CHANNELS = 3, LARGEST = 1 << 24 };

static double bilinear(double t) {
    t = fabs(t);
    return t < 1 ? 1 - t : 0;
}

/// Keys 1981, a = -0.5.
static double bicubic(double t) {
    const double a = -0.5;
    t = fabs(t);
    if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

/// Which inputs make up an output, and how much of each.
typedef struct {
    size_t first, count;
} span;

/// The weights of one axis, from `from` to `to` pixels.
typedef struct {
    span *spans;       // [to]
    int32_t *weights;  // [to, room], fixed point of 22 bits
    size_t room;
} axis;

static void free_axis(axis *a) {
    free(a->spans);
    free(a->weights);
}

/// Fills one output's weights; `real` has room for `room` numbers.
static span weigh(
    size_t i, size_t from, double scale, ps_filter filter, double *real, int32_t *fixed) {
    double (*shape)(double) = filter == PS_BICUBIC ? bicubic : bilinear;
    double wide = scale > 1 ? scale : 1;
    double support = (filter == PS_BICUBIC ? 2 : 1) * wide;
    double centre = ((double)i + 0.5) * scale;
    double low = centre - support + 0.5, high = centre + support + 0.5;
    size_t first = low > 0 ? (size_t)low : 0;
    size_t last = high < (double)from ? (size_t)high : from;
    double inverse = 1 / wide, sum = 0;
    for (size_t x = first; x < last; x++) {
        real[x - first] = shape(((double)x - centre + 0.5) * inverse);
        sum += real[x - first];
    }
    for (size_t x = 0; x < last - first; x++) {
        double share = sum != 0 ? real[x] / sum : real[x];
        fixed[x] = (int32_t)(share * (1 << BITS) + (share < 0 ? -0.5 : 0.5));
    }
    return (span){first, last - first};
}

static int make_axis(axis *a, size_t from, size_t to, ps_filter filter) {
    double scale = (double)from / (double)to;
    double support = (filter == PS_BICUBIC ? 2 : 1) * (scale > 1 ? scale : 1);
    a->room = (size_t)ceil(support) * 2 + 1;
    a->spans = malloc(to * sizeof *a->spans);
    a->weights = calloc(to, a->room * sizeof *a->weights);
    double *real = malloc(a->room * sizeof *real);
    int failed = !a->spans || !a->weights || !real;
    for (size_t i = 0; i < to && !failed; i++)
        a->spans[i] = weigh(i, from, scale, filter, real, a->weights + i * a->room);
    free(real);
    return failed;
}

static inline uint8_t to_byte(int32_t sum) {
    int32_t value = sum >> BITS;
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

static void resize_row(const uint8_t *in, const axis *a, size_t to, uint8_t *out) {
    for (size_t i = 0; i < to; i++, out += CHANNELS) {
        const int32_t *weight = a->weights + i * a->room;
        const uint8_t *at = in + a->spans[i].first * CHANNELS;
        int32_t red = 1 << (BITS - 1), green = red, blue = red;
        for (size_t x = 0; x < a->spans[i].count; x++, at += CHANNELS) {
            red += weight[x] * at[0];
            green += weight[x] * at[1];
            blue += weight[x] * at[2];
        }
        out[0] = to_byte(red);
        out[1] = to_byte(green);
        out[2] = to_byte(blue);
    }
}

/// One output row out of the input rows of its span. `sums` has room for a row.
static void mix_rows(
    const uint8_t *in, size_t stride, size_t bytes, const int32_t *weights, span s,
    int32_t *sums, uint8_t *out) {
    for (size_t x = 0; x < bytes; x++) sums[x] = 1 << (BITS - 1);
    for (size_t y = 0; y < s.count; y++) {
        const uint8_t *row = in + (s.first + y) * stride;
        for (size_t x = 0; x < bytes; x++) sums[x] += weights[y] * row[x];
    }
    for (size_t x = 0; x < bytes; x++) out[x] = to_byte(sums[x]);
}

/// Copies rows as they are, for an axis that keeps its size.
static void copy_rows(
    const uint8_t *in, size_t in_stride, uint8_t *out, size_t out_stride, size_t bytes,
    size_t rows) {
    for (size_t y = 0; y < rows; y++) memcpy(out + y * out_stride, in + y * in_stride, bytes);
}

static int resize_across(
    const uint8_t *in, ps_size from, uint8_t *out, ps_size to, ps_filter filter) {
    if (from.width == to.width) {
        copy_rows(in, from.stride, out, to.stride, to.width * CHANNELS, from.height);
        return 0;
    }
    axis a;
    int failed = make_axis(&a, from.width, to.width, filter);
    for (size_t y = 0; y < from.height && !failed; y++)
        resize_row(in + y * from.stride, &a, to.width, out + y * to.stride);
    free_axis(&a);
    return failed ? 2 : 0;
}

static int resize_down(
    const uint8_t *in, ps_size from, uint8_t *out, ps_size to, ps_filter filter) {
    size_t bytes = to.width * CHANNELS;
    if (from.height == to.height) {
        copy_rows(in, from.stride, out, to.stride, bytes, to.height);
        return 0;
    }
    axis a;
    int32_t *sums = malloc(bytes * sizeof *sums);
    int failed = make_axis(&a, from.height, to.height, filter) || !sums;
    for (size_t y = 0; y < to.height && !failed; y++)
        mix_rows(in, from.stride, bytes, a.weights + y * a.room, a.spans[y], sums,
                 out + y * to.stride);
    free(sums);
    free_axis(&a);
    return failed ? 2 : 0;
}

static int is_valid(ps_size size) {
    return size.width > 0 && size.height > 0 && size.width <= LARGEST && size.height <= LARGEST
           && size.stride >= size.width * CHANNELS;
}

int ps_resize_rgb(
    const uint8_t *in, ps_size from, uint8_t *out, ps_size to, ps_filter filter) {
    if (!is_valid(from) || !is_valid(to)) return 1;
    ps_size between = {to.width, from.height, to.width * CHANNELS};
    uint8_t *middle = malloc(between.stride * between.height);
    if (!middle) return 2;
    int failed = resize_across(in, from, middle, between, filter);
    if (!failed) failed = resize_down(middle, between, out, to, filter);
    free(middle);
    return failed;
}
