/// Which implementations this processor can run.

#include <stdlib.h>

#include "scan.h"

const char *ps_environment(const char *name) { return getenv(name); }

#if defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__x86_64__)

static size_t vectors(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
    if (!__builtin_cpu_supports("f16c")) return 0;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw")) return 1;
    if (!__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq")) return 1;
    return __builtin_cpu_supports("avx512vnni") ? 3 : 2;
}

static const ps_kernels *const all[] = {
    &ps_scalar, &ps_avx2, &ps_avx512, &ps_avx512_vnni};

#elif defined(__aarch64__)

static int has_dot_product(void) {
#if defined(__APPLE__)
    int yes = 0;
    size_t size = sizeof yes;
    return sysctlbyname("hw.optional.arm.FEAT_DotProd", &yes, &size, NULL, 0) == 0 && yes;
#elif defined(__linux__)
    return (getauxval(AT_HWCAP) & (1UL << 20)) != 0;  // HWCAP_ASIMDDP
#else
    return 0;
#endif
}

static size_t vectors(void) { return has_dot_product() ? 2 : 1; }

static const ps_kernels *const all[] = {&ps_scalar, &ps_neon, &ps_neon_dotprod};

#else

static size_t vectors(void) { return 0; }

static const ps_kernels *const all[] = {&ps_scalar};

#endif

size_t ps_kernels_count(void) { return 1 + vectors(); }

const ps_kernels *ps_kernels_at(size_t index) {
    size_t last = vectors();
    return all[index < last ? index : last];
}
