#ifndef CPROCESS_H
#define CPROCESS_H

/// The columns of the terminal behind a file descriptor, 0 where there is no terminal or it does not say.
int tfnas_terminal_columns(int descriptor);

/// Begins this program anew with its arguments, and an environment in which oneDNN and OpenBLAS use no more
/// than the instructions of AVX2, or else those of SSE4.1; returns where it has begun so, or cannot.
void tfnas_limit_instructions(int avx2);

/// Ends the process with a line and status 75 where it fails because no memory is left.
void tfnas_tell_of_exhaustion(void);

/// How many threads of so many that are wanted the system makes.
int tfnas_threads_to_be_had(int wanted);

#endif
