// Binary search in the lines of the gazetteer.

#include "photosearch_gazetteer.h"

#include <stddef.h>
#include <string.h>

const char *ps_gazetteer_text(void) {
    return ps_gazetteer_bytes;
}

static int is_key(const uint8_t *key, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        int is_letter = key[i] >= 'a' && key[i] <= 'z', is_digit = key[i] >= '0' && key[i] <= '9';
        if (!is_letter && !is_digit && key[i] != ' ') {
            return 0;
        }
    }
    return count > 0;
}

// Below 0 if the line's key comes before this one, 0 if it is this one. A tab comes before all that
// a key is made of, and so a line without one, the head, before all keys.
static int compare(const char *line, size_t length, const uint8_t *key, uint32_t count) {
    int order = memcmp(line, key, length < count ? length : count);
    if (order != 0 || length <= count) {
        return order != 0 ? order : -1;
    }
    return line[count] == '\t' ? 0 : 1;
}

static ps_gazetteer_line split(const char *rest, const char *end) {
    const char *tab = memchr(rest, '\t', (size_t)(end - rest));
    if (tab == NULL) {
        return (ps_gazetteer_line){NULL, NULL, 0, 0};
    }
    return (ps_gazetteer_line){rest, tab + 1, (uint32_t)(tab - rest), (uint32_t)(end - tab - 1)};
}

ps_gazetteer_line ps_gazetteer_line_of(const uint8_t *key, uint32_t count) {
    const char *low = ps_gazetteer_bytes, *high = low + ps_gazetteer_count;
    while (is_key(key, count) && low < high) {  // low is always where a line starts
        const char *start = low + (high - low) / 2;
        while (start > low && start[-1] != '\n') {
            start--;
        }
        const char *end = memchr(start, '\n', (size_t)(high - start));
        end = end == NULL ? high : end;
        int order = compare(start, (size_t)(end - start), key, count);
        if (order == 0) {
            return split(start + count + 1, end);
        }
        if (order < 0) {
            low = end < high ? end + 1 : high;
        } else {
            high = start;
        }
    }
    return (ps_gazetteer_line){NULL, NULL, 0, 0};
}
