/// What photo search does in C: what Swift's own vectors cannot do fast enough, and tables.
///
/// Every function depends on its arguments alone: no state, no locks, and no allocation but in
/// `ps_resize_rgb`. Pointers to rows need no alignment.
#ifndef CPHOTOSEARCHKERNELS_H
#define CPHOTOSEARCHKERNELS_H

#include "photosearch_codes.h"
#include "photosearch_crc32.h"
#include "photosearch_exact.h"
#include "photosearch_gazetteer.h"
#include "photosearch_resize.h"
#include "photosearch_scan.h"
#include "photosearch_select.h"
#include "photosearch_sha256.h"
#include "photosearch_short.h"
#include "photosearch_text.h"
#include "photosearch_unicode.h"

#endif
