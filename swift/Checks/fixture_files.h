/// Reads what Python wrote in swift/Fixtures: faiss's files, and the lists of numbers in JSON.
#ifndef FIXTURE_FILES_H
#define FIXTURE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How numbers are stored, as faiss numbers it; FLAT is an index of its own there.
typedef enum { BYTE = 0, UNIFORM = 2, F16 = 4, DIRECT = 5, BF16 = 7, SIGNED = 8, FLAT = 100 } format;

/// One index, in the memory of its file.
typedef struct {
    format format;
    bool is_distance;
    size_t dim, count;
    const uint8_t *codes;
    const float *trained;  ///< least values, then widths; one of each if UNIFORM
    const int64_t *ids;    ///< NULL: the rows
} index_file;

/// The bytes of a file, with a zero after them. Ends the process where there is none.
char *read_file(const char *folder, const char *name, size_t *size);

/// Whether the file is one that a scan searches: plain, or with ids.
bool read_index(const char *bytes, size_t size, index_file *out);

/// Where the value of the next `"key":` begins, or NULL.
const char *find(const char *json, const char *key);

/// Reads a list of numbers, lists in it too, one after the other; null is NaN. Returns how many there
/// are: no more than `most` are written.
size_t read_numbers(const char *json, double *out, size_t most);

#endif
