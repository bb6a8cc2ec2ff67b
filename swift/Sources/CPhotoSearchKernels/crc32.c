// CRC-32: from tables; on x86 64 bytes at a time by carry-less multiplication,
// on arm64 with the processor's own instruction.

#include "photosearch_crc32.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

#define POLYNOMIAL 0xEDB88320u

static uint32_t by_bits(uint32_t crc, const uint8_t *bytes, size_t count) {
    for (; count > 0; count--, bytes++) {
        crc ^= *bytes;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (POLYNOMIAL & -(crc & 1));
    }
    return crc;
}

// Slicing-by-4, where table[k][b] is the sum of byte b and k zeros: M. Kounavis and F. Berry, "A
// systematic approach to building high performance, software-based, CRC generators" (2005). The
// table is made anew for every call, in microseconds, so that threads share nothing.
static uint32_t by_table(uint32_t crc, const uint8_t *bytes, size_t count) {
    if (count < 1024) return by_bits(crc, bytes, count);
    uint32_t table[4][256];
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint8_t one = (uint8_t)byte;
        table[0][byte] = by_bits(0, &one, 1);
    }
    for (uint32_t byte = 0; byte < 1024 - 256; byte++) {
        uint32_t last = table[byte / 256][byte % 256];
        table[byte / 256 + 1][byte % 256] = last >> 8 ^ table[0][last & 255];
    }
    for (; count >= 4; count -= 4, bytes += 4) {
        crc ^= (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
               (uint32_t)bytes[3] << 24;
        crc = table[3][crc & 255] ^ table[2][crc >> 8 & 255] ^ table[1][crc >> 16 & 255] ^
              table[0][crc >> 24];
    }
    return by_bits(crc, bytes, count);
}

#if defined(__x86_64__)

// V. Gopal et al., "Fast CRC computation for generic polynomials using PCLMULQDQ" (Intel, 2009):
// 128 bits are carried over d bits by multiplying their halves by x^(d+32) and x^(d-32) modulo the
// polynomial, reflected and shifted by one bit. Here d is 512 (four at a time) and 128.
#define CARRY __attribute__((target("pclmul,sse4.1")))

CARRY static __m128i carry(__m128i value, __m128i factors, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(value, factors, 0x00);
    __m128i high = _mm_clmulepi64_si128(value, factors, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

CARRY static __m128i at(const uint8_t *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

// At least 64 bytes. What is left of all but the last few is 16 bytes with the same sum.
CARRY static uint32_t by_carry(uint32_t crc, const uint8_t *bytes, size_t count) {
    const __m128i by512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i by128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    __m128i a = _mm_xor_si128(at(bytes), _mm_cvtsi32_si128((int)crc));
    __m128i b = at(bytes + 16), c = at(bytes + 32), d = at(bytes + 48);
    for (bytes += 64, count -= 64; count >= 64; bytes += 64, count -= 64) {
        a = carry(a, by512, at(bytes));
        b = carry(b, by512, at(bytes + 16));
        c = carry(c, by512, at(bytes + 32));
        d = carry(d, by512, at(bytes + 48));
    }
    a = carry(carry(carry(a, by128, b), by128, c), by128, d);
    uint8_t rest[16];
    _mm_storeu_si128((__m128i *)rest, a);
    return by_table(by_table(0, rest, sizeof rest), bytes, count);
}

static uint32_t best(uint32_t crc, const uint8_t *bytes, size_t count) {
    if (count < 64 || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) {
        return by_table(crc, bytes, count);
    }
    return by_carry(crc, bytes, count);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

static uint32_t best(uint32_t crc, const uint8_t *bytes, size_t count) {
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        crc = __crc32d(crc, word);
    }
    for (; count > 0; count--, bytes++) crc = __crc32b(crc, *bytes);
    return crc;
}

#else

static uint32_t best(uint32_t crc, const uint8_t *bytes, size_t count) {
    return by_table(crc, bytes, count);
}

#endif

uint32_t ps_crc32(uint32_t crc, const void *bytes, size_t count) {
    return count == 0 ? crc : ~best(~crc, bytes, count);
}

uint32_t ps_crc32_portable(uint32_t crc, const void *bytes, size_t count) {
    return count == 0 ? crc : ~by_table(~crc, bytes, count);
}
