#include "CProcess.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

static char **arguments;

__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  (void)count;
  arguments = values;
}

static void run_again(void) {
#if defined(__APPLE__)
  char path[4096];
  uint32_t size = sizeof path;
  if (_NSGetExecutablePath(path, &size) != 0) return;
#else
  const char *path = "/proc/self/exe";
#endif
  if (arguments) execv(path, arguments);
}

// The libraries choose their kernels when they are loaded, by what is in the environment then.
void tfnas_limit_instructions(int avx2) {
  const char *instructions = avx2 ? "AVX2" : "SSE41";
  const char *mark = getenv("TFNAS_ISA");
  if (mark && strcmp(mark, instructions) == 0) return;
  setenv("ONEDNN_MAX_CPU_ISA", instructions, 1);
  setenv("DNNL_MAX_CPU_ISA", instructions, 1);
  setenv("OPENBLAS_CORETYPE", avx2 ? "Haswell" : "Nehalem", 1);
  setenv("TFNAS_ISA", instructions, 1);
  run_again();
}
