#include "CKernels.h"

#include <string.h>

// One body, several instruction sets, chosen by the dynamic linker. Elsewhere the baseline is good
// (arm64 always has its vector unit) or the linker cannot choose.
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__clang__)
#define TFN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TFN_CLONES
#endif

// The result may be one of the inputs, element for element: iterations do not depend on each other.
#define TFN_ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")

// Eight sums side by side.
typedef double double8 __attribute__((vector_size(64), aligned(8), may_alias));

#define T float
#define SUFFIX f32
#include "kernels.inc"
#undef T
#undef SUFFIX

#define T double
#define SUFFIX f64
#include "kernels.inc"
