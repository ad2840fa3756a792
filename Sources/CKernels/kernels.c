#include "CKernels.h"

#include <math.h>
#include <string.h>

// A product and a sum are two roundings on every processor, so that the clones below give the same digits.
#pragma STDC FP_CONTRACT OFF

// One body, several instruction sets, chosen by the dynamic linker. Elsewhere the baseline is good
// (arm64 always has its vector unit) or the linker cannot choose. The linker chooses before the thread
// sanitizer is at work, whose code in the choosing functions would then end the process.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TFN_ONE_CLONE
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__clang__) && \
    !defined(TFN_ONE_CLONE)
#define TFN_HAS_CLONES
#define TFN_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TFN_CLONES
#endif

// The result may be one of the inputs, element for element: iterations do not depend on each other.
#define TFN_ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")

int tfn_is_exhausted;

void tfn_note_exhaustion(void) { tfn_is_exhausted = 1; }

const char *tfn_loop_instructions(void) {
#ifdef TFN_HAS_CLONES
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return "AVX-512";
  if (__builtin_cpu_supports("x86-64-v3")) return "AVX2";
#endif
  return "the baseline";
}

// Eight sums, eight bits, and eight counts side by side.
typedef double double8 __attribute__((vector_size(64), aligned(8), may_alias));
typedef _Bool bits8 __attribute__((ext_vector_type(8)));
typedef int16_t short8 __attribute__((vector_size(16), aligned(2), may_alias));

// The next place of a box: adds the steps of the axes to the offsets of so many lists, 0 where there is none.
static inline int advance(
    size_t axes, const size_t *extents, size_t *index, size_t lists, const ptrdiff_t *const *steps,
    ptrdiff_t *at) {
  for (size_t axis = axes; axis-- > 0;) {
    for (size_t l = 0; l < lists; l++) at[l] += steps[l][axis];
    if (++index[axis] < extents[axis]) return 1;
    for (size_t l = 0; l < lists; l++) at[l] -= (ptrdiff_t)extents[axis] * steps[l][axis];
    index[axis] = 0;
  }
  return 0;
}

TFN_CLONES uint64_t tfn_differing_bits(
    size_t count, const uint64_t *restrict x, const uint64_t *restrict y) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += (uint64_t)__builtin_popcountll(x[i] ^ y[i]);
  return sum;
}

#include "functions.inc"

// In float the exponential is exact enough where it is good for 32 bits, and vectorised.
#define T float
#define SUFFIX f32
#define EXP power
#include "kernels.inc"
#include "windows.inc"
#include "strided.inc"
#include "rows.inc"
#undef T
#undef SUFFIX
#undef EXP

#define T double
#define SUFFIX f64
#define EXP exp
#include "kernels.inc"
#include "windows.inc"
#include "strided.inc"
#include "rows.inc"
