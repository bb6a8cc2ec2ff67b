// The gazetteer, byte for byte as Python reads it: photosearch/query/gazetteer.txt.
//
// Constant data and a look-up. photosearch/query/gazetteer.py says how it is written.

#ifndef PHOTOSEARCH_GAZETTEER_H
#define PHOTOSEARCH_GAZETTEER_H

#include <stdint.h>

extern const char ps_gazetteer_bytes[];
extern const uint32_t ps_gazetteer_count;

// All of it: Swift does not see an array of unknown length.
const char *ps_gazetteer_text(void);

// What stands behind a key; flags is null if the key has no line.
typedef struct {
    const char *flags, *places;
    uint32_t flags_count, places_count;
} ps_gazetteer_line;

// By binary search; a key is of a-z, 0-9 and spaces, and any other has no line.
ps_gazetteer_line ps_gazetteer_line_of(const uint8_t *key, uint32_t count);

#endif
