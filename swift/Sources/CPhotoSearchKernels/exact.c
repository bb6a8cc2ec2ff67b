/// The scores that decide, in plain C for every processor: any compiler may use vectors, as every
/// number has a sum of its own until the halves are added.

#include "photosearch_exact.h"

// A fused multiply-add would round once where two steps round twice.
#pragma STDC FP_CONTRACT OFF

static double by_halves(double *terms, size_t count) {
    if (count == 0) return 0;
    while (count > 1) {
        size_t half = (count + 1) / 2;
        for (size_t j = 0; j + half < count; j++) terms[j] += terms[half + j];
        count = half;
    }
    return terms[0] + 0.0;  // no zero is negative
}

double ps_exact_dot(const float *query, const float *row, size_t dim, double *room) {
    for (size_t j = 0; j < dim; j++) room[j] = (double)query[j] * (double)row[j];
    return by_halves(room, dim);
}

double ps_exact_near(const float *query, const float *row, size_t dim, double *room) {
    for (size_t j = 0; j < dim; j++) {
        double apart = (double)query[j] - (double)row[j];
        room[j] = -(apart * apart);
    }
    return by_halves(room, dim);
}
