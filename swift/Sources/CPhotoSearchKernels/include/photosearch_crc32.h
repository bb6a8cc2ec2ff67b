/// CRC-32 as in zlib and PNG (reflected polynomial 0xEDB88320).
#ifndef PHOTOSEARCH_CRC32_H
#define PHOTOSEARCH_CRC32_H

#include <stddef.h>
#include <stdint.h>

/// The sum of what came before, 0 at first, carried on over these bytes.
uint32_t ps_crc32(uint32_t crc, const void *_Nullable bytes, size_t count);

/// The same without the processor's own instructions: what tests compare with.
uint32_t ps_crc32_portable(uint32_t crc, const void *_Nullable bytes, size_t count);

#endif
