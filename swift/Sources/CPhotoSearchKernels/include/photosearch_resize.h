/// The one resize, equal to Pillow's to the bit.
#ifndef PHOTOSEARCH_RESIZE_H
#define PHOTOSEARCH_RESIZE_H

#include <stddef.h>
#include <stdint.h>

typedef enum { PS_BILINEAR = 0, PS_BICUBIC = 1 } ps_filter;

/// A picture: RGB, one byte a channel, rows from the top.
typedef struct {
    size_t width, height;
    size_t stride;  ///< bytes from one row to the next, 3 * width at least
} ps_size;

/// Antialiased resize of RGB bytes: first every row, then every column, rounded between.
///
/// Returns 0; or 1 if a size is 0, beyond 2^24 or has too short a stride; or 2 without memory.
int ps_resize_rgb(
    const uint8_t *_Nonnull in, ps_size from, uint8_t *_Nonnull out, ps_size to,
    ps_filter filter);

#endif
