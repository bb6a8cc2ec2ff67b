// Binary searches in the generated tables.

#include "photosearch_unicode.h"

#include <stddef.h>

static ps_unicode_mapping find(uint32_t code, const uint32_t *keys, uint32_t count,
                               const uint16_t *starts, const uint32_t *pool) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (keys[middle] < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count || keys[low] != code) {
        return (ps_unicode_mapping){NULL, 0};
    }
    return (ps_unicode_mapping){pool + starts[low], (uint32_t)(starts[low + 1] - starts[low])};
}

ps_unicode_mapping ps_unicode_lower_of(uint32_t code) {
    return find(code, ps_unicode_lower_keys, ps_unicode_lower_count, ps_unicode_lower_starts,
                ps_unicode_lower_pool);
}

ps_unicode_mapping ps_unicode_decomposition_of(uint32_t code) {
    return find(code, ps_unicode_decomposition_keys, ps_unicode_decomposition_count,
                ps_unicode_decomposition_starts, ps_unicode_decomposition_pool);
}

ps_unicode_mapping ps_unicode_fold_of(uint32_t code) {
    return find(code, ps_unicode_fold_keys, ps_unicode_fold_count, ps_unicode_fold_starts,
                ps_unicode_fold_pool);
}

uint32_t ps_unicode_composition_of(uint32_t first, uint32_t second) {
    uint64_t key = (uint64_t)first << 21 | second;
    uint32_t low = 0, high = ps_unicode_composition_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (ps_unicode_composition_keys[middle] < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == ps_unicode_composition_count || ps_unicode_composition_keys[low] != key) {
        return 0;
    }
    return ps_unicode_compositions[low];
}
