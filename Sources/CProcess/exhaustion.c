#include "CProcess.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static void end(const char *line) {
  if (write(STDERR_FILENO, line, strlen(line)) < 0) _exit(75);
  _exit(75);
}

#if defined(__linux__)
// OpenBLAS makes a thread for each core when it is loaded, and each asks for memory again and again, for
// ever, where it does not get it; and the dispatch library stops the process where it gets no descriptor. So
// limits are looked at before any library begins. Our workers call OpenBLAS one by one, so it needs no threads
// of its own; a variable can be added to the environment at this point by beginning anew alone.
static void begin_with_one_thread(char **values, char **environment) {
  static char variable[] = "OPENBLAS_NUM_THREADS=1";
  static char *longer[4096];
  size_t count = 0;
  for (; environment[count]; count++) {
    if (strncmp(environment[count], variable, sizeof variable - 2) == 0) return;
    if (count + 2 >= sizeof longer / sizeof *longer) return;
    longer[count] = environment[count];
  }
  longer[count] = variable;
  execve("/proc/self/exe", values, longer);
}

static void before_libraries(int count, char **values, char **environment) {
  (void)count;
  struct rlimit memory, data, files, processes;
  if (getrlimit(RLIMIT_AS, &memory) || getrlimit(RLIMIT_DATA, &data)) return;
  if (getrlimit(RLIMIT_NOFILE, &files) || getrlimit(RLIMIT_NPROC, &processes)) return;
  if (memory.rlim_cur < (rlim_t)256 << 20)
    end("tfnas: the limit on address space is below 256 MB, which the libraries need alone\n");
  if (data.rlim_cur < (rlim_t)128 << 20)
    end("tfnas: the limit on data is below 128 MB, which the libraries need alone\n");
  if (files.rlim_cur < 12) end("tfnas: the limit on open files is below 12\n");
  if (memory.rlim_cur != RLIM_INFINITY || data.rlim_cur != RLIM_INFINITY || processes.rlim_cur < 256)
    begin_with_one_thread(values, environment);
}

__attribute__((section(".preinit_array"), used)) static void (*first)(int, char **, char **) =
    before_libraries;
#endif

// What the kernels note, where they are linked.
extern int tfn_is_exhausted __attribute__((weak));

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *wait_at_gate(void *none) {
  pthread_mutex_lock(&gate);
  pthread_mutex_unlock(&gate);
  return none;
}

int tfnas_threads_to_be_had(int wanted) {
  pthread_t *threads = calloc((size_t)wanted, sizeof *threads);
  int made = 0;
  if (!threads) return 0;
  pthread_mutex_lock(&gate);
  while (made < wanted && pthread_create(&threads[made], NULL, wait_at_gate, NULL) == 0) made++;
  pthread_mutex_unlock(&gate);
  for (int i = 0; i < made; i++) pthread_join(threads[i], NULL);
  free(threads);
  return made;
}

// Programs that run out of memory stop in many ways: the Swift runtime traps, malloc's callers abort or
// write to address 0. What they have in common is that the next large piece is refused as well.
static void at_fault(int number) {
  void *probe = mmap(NULL, (size_t)64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)number;
  if (probe == MAP_FAILED || (&tfn_is_exhausted && tfn_is_exhausted))
    end("tfnas: no memory is left; fewer --threads, a smaller --batch, or a higher limit go on\n");
  // The handler is gone, so that returning into what failed ends the process as it would have ended.
}

void tfnas_tell_of_exhaustion(void) {
  static char space[1 << 16];
  stack_t own = {.ss_sp = space, .ss_size = sizeof space, .ss_flags = 0};
  sigaltstack(&own, NULL);
  const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = at_fault;
    action.sa_flags = SA_ONSTACK | (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(faults[i], &action, NULL);
  }
}
