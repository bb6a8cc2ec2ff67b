/// The scores that decide, in plain C for every processor: any compiler may use vectors, as every
/// number has a sum of its own until the halves are added.

#include "photosearch_exact.h"

// A fused multiply-add would round once where two steps round twice.
#pragma STDC FP_CONTRACT OFF

static double by_halves(double *terms, size_t count) {
    while (count > 1) {
        size_t half = (count + 1) / 2;
        for (size_t j = 0; j + half < count; j++) terms[j] += terms[half + j];
        count = half;
    }
    return terms[0] + 0.0;  // no zero is negative
}

// The first halves are added while the terms are made, so that only half of them are written.

static double product(float a, float b) { return (double)a * (double)b; }

double ps_exact_dot(const float *query, const float *row, size_t dim, double *room) {
    if (dim == 0) return 0;
    size_t half = (dim + 1) / 2, rest = dim - half;
    for (size_t j = 0; j < rest; j++)
        room[j] = product(query[j], row[j]) + product(query[half + j], row[half + j]);
    if (rest < half) room[rest] = product(query[rest], row[rest]);
    return by_halves(room, half);
}

static double minus_square(float a, float b) {
    double apart = (double)a - (double)b;
    return -(apart * apart);
}

double ps_exact_near(const float *query, const float *row, size_t dim, double *room) {
    if (dim == 0) return 0;
    size_t half = (dim + 1) / 2, rest = dim - half;
    for (size_t j = 0; j < rest; j++)
        room[j] = minus_square(query[j], row[j]) + minus_square(query[half + j], row[half + j]);
    if (rest < half) room[rest] = minus_square(query[rest], row[rest]);
    return by_halves(room, half);
}
