// Calls every function of CKernels.h with numbers that are the same on every processor, and prints what it
// computed: a line for each result, of which Scripts/test-arm64.sh compares those of two processors.
//
//   function <tab> case <tab> kind of the values <tab> the values, with all of their digits
//
// Whether the results are right is not asked here: the tests in Swift compare the same loops with plain ones.
#include "CKernels.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What tfn_note_exhaustion sets; CProcess reads it.
extern int tfn_is_exhausted;

// The function that was called last, and what is particular about the call.
static const char *function;
static char particulars[120];

// Calls a function and remembers its name, so that no line has the name of one that was not called.
#define TEXT(name) #name
#define CALL_AS(name, ...) (function = TEXT(name), name(__VA_ARGS__))
#define CALL_BARE(name) (function = TEXT(name), name())

// Every list stands at an odd element, as the functions ask for no more, and before a guard of bytes that must stay.
#define GUARD 128
static _Alignas(64) unsigned char memory[1 << 20];
static size_t used, guards[64], guard_count;

static void check_guards(void) {
  for (size_t g = 0; g < guard_count; g++)
    for (size_t i = 0; i < GUARD; i++)
      if (memory[guards[g] + i] != 0xA5) {
        fprintf(stderr, "kernels_check: %s (%s) writes behind its list\n", function, particulars);
        exit(1);
      }
}

static void *room(size_t count, size_t size) {
  const size_t start = (used + 63) / 64 * 64 + size, end = start + count * size;
  if (end + GUARD > sizeof memory || guard_count == sizeof guards / sizeof *guards) {
    fprintf(stderr, "kernels_check: no room for what %s needs (%s)\n", function, particulars);
    exit(1);
  }
  memset(memory + end, 0xA5, GUARD);
  guards[guard_count++] = end;
  used = end + GUARD;
  return memory + start;
}

// Begins a case: the lists of the one before are given up.
static void begin(const char *format, ...) {
  check_guards();
  used = guard_count = 0;
  va_list values;
  va_start(values, format);
  vsnprintf(particulars, sizeof particulars, format, values);
  va_end(values);
}

// The generator xorshift64*.
static uint64_t random_word(void) {
  static uint64_t state = 20240229;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * UINT64_C(0x2545F4914F6CDD1D);
}

// Numbers between -1 and 1.
#define NUMBERS(T, SUFFIX)                                                                         \
  static T *numbers_##SUFFIX(size_t count) {                                                       \
    T *list = room(count, sizeof(T));                                                              \
    for (size_t i = 0; i < count; i++)                                                             \
      list[i] = (T)((double)(random_word() >> 11) * 0x1p-52 - 1);                                  \
    return list;                                                                                   \
  }
NUMBERS(float, f32)
NUMBERS(double, f64)

static void show_name(const char *result, const char *kind) {
  check_guards();
  printf("%s\t%s%s%s\t%s\t", function, particulars, *result ? ": " : "", result, kind);
}

// The sign of what is no number differs from processor to processor, and means nothing.
static void show_number(double x) { isnan(x) ? printf("nan ") : printf("%a ", x); }

#define SHOW(T, NAME, KIND, PRINT)                                                                 \
  static void NAME(const char *result, size_t count, const T *list) {                              \
    show_name(result, KIND);                                                                       \
    for (size_t i = 0; i < count; i++) PRINT;                                                      \
    putchar('\n');                                                                                 \
  }
SHOW(float, show_f32, "float", show_number((double)list[i]))
SHOW(double, show_f64, "double", show_number(list[i]))
SHOW(int16_t, show_i16, "integer", printf("%d ", list[i]))
SHOW(int32_t, show_i32, "integer", printf("%" PRId32 " ", list[i]))
SHOW(uint64_t, show_words, "integer", printf("%" PRIu64 " ", list[i]))

// The number of windows along a side.
static size_t windows(size_t size, tfn_window w) {
  return (size_t)(((int64_t)size + w.before + w.after - w.dilation * (w.kernel - 1) - 1) / w.stride + 1);
}

#define NAME2(name, suffix) name##_##suffix
#define NAME1(name, suffix) NAME2(name, suffix)
#define NAME(name) NAME1(name, SUFFIX)
#define CALL(name, ...) CALL_AS(NAME1(name, SUFFIX), __VA_ARGS__)

#define T float
#define SUFFIX f32
#include "kernels_check.inc"
#undef T
#undef SUFFIX

#define T double
#define SUFFIX f64
#include "kernels_check.inc"
#undef T
#undef SUFFIX

// Activations with four numbers each, where they bend and far outside.
static void check_functions(void) {
  static const float corners[] = {
      0, -0.0f, 1e-30f, -1e-30f, 0.5f, -0.5f, 3, -3, 6, 17, -17, 40, -40, 88.8f, -104, 700, -701, 1e30f, -1e30f,
      INFINITY, -INFINITY, NAN};
  const size_t corner_count = sizeof corners / sizeof *corners, count = corner_count + 101;
  static const double numbers[4] = {0.7, 0.3, -0.4, 0.9};
  for (int which = TFN_SIGMOID; which <= TFN_HARD_SWISH; which++)
    for (int part = 0; part < 3; part++) {
      begin("function %d, derivative %d", which, part);
      float *x = numbers_f32(count), *y = numbers_f32(count);
      memcpy(x, corners, sizeof corners);
      for (size_t i = corner_count; i < count; i++) x[i] *= 8;
      CALL_AS(tfn_function_f32, which, numbers, part, count, x, y);
      show_f32("", count, y);
      CALL_AS(tfn_function_f32, which, numbers, part, count, x, x);
      show_f32("in place", count, x);
    }
}

int main(void) {
  check_f32();
  check_f64();
  check_functions();

  begin("131 words");
  uint64_t *x = room(131, 8), *y = room(131, 8), bits;
  for (size_t i = 0; i < 131; i++) x[i] = random_word(), y[i] = random_word();
  bits = CALL_AS(tfn_differing_bits, 131, x, y);
  show_words("", 1, &bits);

  begin("a work space");
  const uint64_t entries = CALL_AS(tfn_pool_work, 13, 7, 5, 16, 3);
  show_words("", 1, &entries);

  begin("noted");
  CALL_BARE(tfn_note_exhaustion);
  show_i32("", 1, &(int32_t){tfn_is_exhausted});

  // The one result that may be another on another processor.
  begin("the processor's");
  const char *instructions = CALL_BARE(tfn_loop_instructions);
  show_name("", "text");
  puts(instructions);
}
