// SHA-256 as in FIPS 180-4, https://doi.org/10.6028/NIST.FIPS.180-4

#include "photosearch_sha256.h"

#include <stdatomic.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

typedef void compress_blocks(uint32_t state[8], const uint8_t *blocks, size_t count);

static uint32_t rotate(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void fill_schedule(uint32_t w[64], const uint8_t *block) {
    for (int i = 0; i < 16; i++) {
        w[i] = big_endian(block + 4 * i);
    }
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

static void compress_portable(uint32_t state[8], const uint8_t *blocks, size_t count) {
    for (; count > 0; count--, blocks += 64) {
        uint32_t w[64], v[8];
        fill_schedule(w, blocks);
        memcpy(v, state, sizeof v);
        for (int i = 0; i < 64; i++) {
            uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
            uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
            uint32_t t1 = v[7] + s1 + choice + round_constants[i] + w[i];
            uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
            uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            memmove(v + 1, v, 7 * sizeof v[0]);
            v[4] += t1;
            v[0] = t1 + s0 + majority;
        }
        for (int i = 0; i < 8; i++) {
            state[i] += v[i];
        }
    }
}

#if defined(__x86_64__)
// The instructions hold the state as (a b e f) and (c d g h), and do four rounds at a time.
__attribute__((target("sha,sse4.1,ssse3"))) static void compress_sha(uint32_t state[8],
                                                                      const uint8_t *blocks,
                                                                      size_t count) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i dcba = _mm_loadu_si128((const __m128i *)state);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1), efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; count > 0; count--, blocks += 64) {
        __m128i old_abef = abef, old_cdgh = cdgh, w[4];
        for (int i = 0; i < 4; i++) {
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)blocks + i), swap);
        }
        for (int i = 0; i < 16; i++) {
            __m128i constants = _mm_loadu_si128((const __m128i *)round_constants + i);
            __m128i sum = _mm_add_epi32(w[i & 3], constants);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (i < 12) {  // the schedule four rounds after w[i + 3]
                __m128i seventh = _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4);
                __m128i next = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
                next = _mm_add_epi32(next, seventh);
                w[i & 3] = _mm_sha256msg2_epu32(next, w[(i + 3) & 3]);
            }
        }
        abef = _mm_add_epi32(abef, old_abef);
        cdgh = _mm_add_epi32(cdgh, old_cdgh);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#endif

#if defined(__x86_64__)
// CPUID leaf 7, EBX bit 29; clang before 19 knows no __builtin_cpu_supports("sha").
static int has_sha(void) {
    uint32_t eax = 7, ebx, ecx = 0, edx;
    if (!__builtin_cpu_supports("avx2")) {
        return 0;  // then there need not be a leaf 7
    }
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return ebx >> 29 & 1;
}
#endif

static compress_blocks *best(void) {
#if defined(__x86_64__)
    static _Atomic(int) known = -1;  // asking takes microseconds in a virtual machine
    int sha = atomic_load_explicit(&known, memory_order_relaxed);
    if (sha < 0) {
        sha = has_sha();
        atomic_store_explicit(&known, sha, memory_order_relaxed);
    }
    if (sha) {
        return compress_sha;
    }
#endif
    return compress_portable;
}

static void add(ps_sha256 *hash, const uint8_t *bytes, size_t count, compress_blocks *compress) {
    size_t filled = hash->size % 64;
    hash->size += count;
    if (filled > 0) {
        size_t part = count < 64 - filled ? count : 64 - filled;
        memcpy(hash->block + filled, bytes, part);
        bytes += part;
        count -= part;
        if (filled + part < 64) {
            return;
        }
        compress(hash->state, hash->block, 1);
    }
    compress(hash->state, bytes, count / 64);
    if (count % 64 > 0) {
        memcpy(hash->block, bytes + count / 64 * 64, count % 64);
    }
}

void ps_sha256_begin(ps_sha256 *hash) {
    static const uint32_t start[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };
    memcpy(hash->state, start, sizeof start);
    hash->size = 0;
}

void ps_sha256_add(ps_sha256 *hash, const uint8_t *bytes, size_t count) {
    if (count > 0) {
        add(hash, bytes, count, best());
    }
}

void ps_sha256_add_portable(ps_sha256 *hash, const uint8_t *bytes, size_t count) {
    if (count > 0) {
        add(hash, bytes, count, compress_portable);
    }
}

void ps_sha256_end(ps_sha256 *hash, uint8_t digest[32]) {
    uint64_t bits = hash->size * 8;
    uint8_t padding[72] = {0x80};
    size_t zeros = (119 - hash->size % 64) % 64;  // so that 8 more bytes end a block
    for (int i = 0; i < 8; i++) {
        padding[1 + zeros + i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    ps_sha256_add(hash, padding, 1 + zeros + 8);
    for (int i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}
