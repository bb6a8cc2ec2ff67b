// SHA-256 (FIPS 180-4), with the SHA instructions of x86 where the processor has them.

#ifndef PHOTOSEARCH_SHA256_H
#define PHOTOSEARCH_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t state[8];
    uint64_t size;      // bytes taken in so far
    uint8_t block[64];  // the last ones, until they fill a block
} ps_sha256;

void ps_sha256_begin(ps_sha256 *hash);
void ps_sha256_add(ps_sha256 *hash, const uint8_t *bytes, size_t count);
void ps_sha256_end(ps_sha256 *hash, uint8_t digest[32]);

// As ps_sha256_add, without the processor's own instructions: what tests compare with.
void ps_sha256_add_portable(ps_sha256 *hash, const uint8_t *bytes, size_t count);

#endif
