#include "CProcess.h"

#include <pthread.h>
#include <signal.h>

void tfnas_unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, NULL);
}
