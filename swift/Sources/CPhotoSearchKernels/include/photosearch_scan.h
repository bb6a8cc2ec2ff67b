/// Scans: the likeness of one query to each of many rows.
#ifndef PHOTOSEARCH_SCAN_H
#define PHOTOSEARCH_SCAN_H

#include <stddef.h>
#include <stdint.h>

/// Which rows of a matrix of codes to scan.
typedef struct {
    const void *_Nullable codes;   ///< first byte of row 0; any alignment
    size_t stride;                 ///< bytes from one row to the next
    size_t dim;                    ///< numbers in a row
    const uint32_t *_Nullable at;  ///< the rows to scan; NULL: `first`, `first + 1`, ...
    size_t first;                  ///< the first row, where `at` is NULL
    size_t count;                  ///< how many rows to scan
} ps_rows;

/// One implementation of every scan. Each writes `rows->count` results, in the order of the rows.
///
/// All of them take any dim, 0 included. A NaN or an infinity in a row reaches its result.
typedef struct {
    const char *_Nonnull name;

    /// Inner product of float32 with float32 rows.
    void (*_Nonnull dot_f32)(
        const float *_Nonnull query, const ps_rows *_Nonnull rows, float *_Nonnull out);
    /// Inner product of float32 with IEEE half rows.
    void (*_Nonnull dot_f16)(
        const float *_Nonnull query, const ps_rows *_Nonnull rows, float *_Nonnull out);
    /// Inner product of float32 with bfloat16 rows.
    void (*_Nonnull dot_bf16)(
        const float *_Nonnull query, const ps_rows *_Nonnull rows, float *_Nonnull out);
    /// Inner product of float32 with rows of unsigned bytes.
    void (*_Nonnull dot_u8)(
        const float *_Nonnull query, const ps_rows *_Nonnull rows, float *_Nonnull out);
    /// Inner product of signed bytes with rows of unsigned bytes: exact, for dim up to 65,536.
    void (*_Nonnull dot_i8)(
        const int8_t *_Nonnull query, const ps_rows *_Nonnull rows, int32_t *_Nonnull out);
    /// The same for a query whose bytes are of magnitude `small` at most, which is less work for some
    /// processors.
    void (*_Nonnull dot_small)(
        const int8_t *_Nonnull query, const ps_rows *_Nonnull rows, int32_t *_Nonnull out);
    int8_t small;
    /// Minus the squared distance of float32 from float32 rows: greater is nearer.
    void (*_Nonnull near_f32)(
        const float *_Nonnull query, const ps_rows *_Nonnull rows, float *_Nonnull out);
    /// Inner product of `dim` signed bytes, a multiple of 4, with each row of so many groups of
    /// short codes (see photosearch_short.h): exact, for dim up to 65,536.
    void (*_Nonnull dot_short)(
        const int8_t *_Nonnull query, const uint8_t *_Nonnull codes, size_t dim, size_t groups,
        int32_t *_Nonnull out);
} ps_kernels;

/// What a variable of the environment holds, or NULL.
const char *_Nullable ps_environment(const char *_Nonnull name);

/// How many implementations this processor can run: 1 at least.
size_t ps_kernels_count(void);

/// An implementation, from the plain one (0) to the fastest (`ps_kernels_count() - 1`).
const ps_kernels *_Nonnull ps_kernels_at(size_t index);

#endif
