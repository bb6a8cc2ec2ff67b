#include "fixture_files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *read_file(const char *folder, const char *name, size_t *size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) perror(path), exit(2);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    if (fread(bytes, 1, *size, file) != *size) perror(path), exit(2);
    bytes[*size] = 0;
    fclose(file);
    return bytes;
}

/// What is left to read; NULL once something was not there.
typedef struct {
    const char *at, *end;
} reader;

static const void *take(reader *from, size_t size) {
    if (!from->at || size > (size_t)(from->end - from->at)) return from->at = NULL;
    const void *taken = from->at;
    from->at += size;
    return taken;
}

static uint64_t number(reader *from, size_t size) {
    uint64_t value = 0;
    const void *bytes = take(from, size);
    if (bytes) memcpy(&value, bytes, size);
    return value;
}

/// A count, then so many items. They are copied to where they may be read as what they are.
static const void *items(reader *from, size_t size, size_t *count) {
    *count = (size_t)number(from, 8);
    const void *bytes = take(from, *count * size);
    void *kept = malloc(*count * size + 1);
    return bytes ? memcpy(kept, bytes, *count * size) : kept;
}

static void header(reader *from, index_file *out) {
    out->dim = (size_t)number(from, 4);
    out->count = (size_t)number(from, 8);
    take(from, 8 + 8 + 1);
    out->is_distance = number(from, 4) == 1;
}

static void quantizer(reader *from, index_file *out) {
    size_t count;
    out->format = (format)number(from, 4);
    take(from, 4 + 4 + 8 + 8);
    out->trained = items(from, 4, &count);
    out->codes = items(from, 1, &count);
}

static bool read_layer(reader *from, index_file *out) {
    const char *type = take(from, 4);
    if (!type) return false;
    if (!memcmp(type, "IxMp", 4) || !memcmp(type, "IxM2", 4)) {
        size_t count;
        header(from, out);
        if (!read_layer(from, out)) return false;
        out->ids = items(from, 8, &count);
        return true;
    }
    bool is_flat = !memcmp(type, "IxFI", 4) || !memcmp(type, "IxF2", 4);
    if (!is_flat && memcmp(type, "IxSQ", 4)) return false;
    header(from, out);
    size_t count;
    out->format = FLAT;
    if (is_flat) out->codes = items(from, 4, &count);
    else quantizer(from, out);
    return true;
}

bool read_index(const char *bytes, size_t size, index_file *out) {
    reader from = {bytes, bytes + size};
    *out = (index_file){0};
    return read_layer(&from, out) && from.at;
}

const char *find(const char *json, const char *key) {
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = json ? strstr(json, quoted) : NULL;
    return found ? found + strlen(quoted) : NULL;
}

size_t read_numbers(const char *json, double *out, size_t most) {
    size_t count = 0, depth = 0;
    do {
        depth += *json == '[';
        depth -= *json == ']';
        if (!strchr("[], \n", *json)) {
            bool is_null = *json == 'n';
            char *end;
            double value = is_null ? NAN : strtod(json, &end);
            if (count++ < most) out[count - 1] = value;
            json = is_null ? json + 4 : end;
        } else {
            json++;
        }
    } while (depth > 0 && *json);
    return count;
}
