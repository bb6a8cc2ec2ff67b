// The frozen Unicode tables of the tokenizers, the same as Python's.
//
// Constant data and look-ups. The meaning of the flags up to PS_UNICODE_NUMBER is that of
// photosearch/text/unicode_tables.py; the others say which further look-up can find anything.

#ifndef PHOTOSEARCH_UNICODE_H
#define PHOTOSEARCH_UNICODE_H

#include <stdint.h>

enum {
    PS_UNICODE_REMOVED = 1,
    PS_UNICODE_SPACE = 2,
    PS_UNICODE_IDEOGRAPH = 4,
    PS_UNICODE_MARK = 8,
    PS_UNICODE_PUNCTUATION = 16,
    PS_UNICODE_LETTER = 32,
    PS_UNICODE_NUMBER = 64,
    PS_UNICODE_HAS_LOWER = 128,
    PS_UNICODE_HAS_DECOMPOSITION = 256,
    PS_UNICODE_COMPOSES_FIRST = 512,
    PS_UNICODE_COMPOSES_SECOND = 1024,
};

// Two stages: the block of a code point / 256, and within the blocks the kind of character.
extern const uint8_t ps_unicode_first[];
extern const uint8_t ps_unicode_second[];
extern const uint16_t ps_unicode_flags[];  // by kind
extern const uint8_t ps_unicode_orders[];  // by kind: canonical combining class

// Sorted keys; the characters of key i are pool[starts[i] ..< starts[i + 1]].
extern const uint32_t ps_unicode_lower_keys[], ps_unicode_lower_pool[], ps_unicode_lower_count;
extern const uint16_t ps_unicode_lower_starts[];
extern const uint32_t ps_unicode_decomposition_keys[], ps_unicode_decomposition_pool[];
extern const uint32_t ps_unicode_decomposition_count;
extern const uint16_t ps_unicode_decomposition_starts[];

extern const uint32_t ps_unicode_fold_keys[], ps_unicode_fold_pool[], ps_unicode_fold_count;
extern const uint16_t ps_unicode_fold_starts[];

// Sorted keys, first * 2^21 + second, and what each pair composes to.
extern const uint64_t ps_unicode_composition_keys[];
extern const uint32_t ps_unicode_compositions[], ps_unicode_composition_count;

// A kind of character: an index of flags and orders. `code` must be below 0x110000.
static inline uint8_t ps_unicode_kind(uint32_t code) {
    return ps_unicode_second[(uint32_t)ps_unicode_first[code >> 8] << 8 | (code & 255)];
}

static inline uint16_t ps_unicode_flags_of(uint32_t code) {
    return ps_unicode_flags[ps_unicode_kind(code)];
}

// Canonical combining class; 0 for a character that is no accent.
static inline uint8_t ps_unicode_order_of(uint32_t code) {
    return ps_unicode_orders[ps_unicode_kind(code)];
}

// What a character becomes, and of how many it is made; null and 0 if it stays as it is.
typedef struct {
    const uint32_t *characters;
    uint32_t count;
} ps_unicode_mapping;

ps_unicode_mapping ps_unicode_lower_of(uint32_t code);
ps_unicode_mapping ps_unicode_decomposition_of(uint32_t code);  // Hangul left out
ps_unicode_mapping ps_unicode_fold_of(uint32_t code);           // where it is not the lower case

// The one character that stands for these two, or 0; Hangul left out.
uint32_t ps_unicode_composition_of(uint32_t first, uint32_t second);

#endif
