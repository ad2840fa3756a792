#ifndef CTERMINAL_H
#define CTERMINAL_H

/// The columns of the terminal behind a file descriptor, 0 where there is no terminal or it does not say.
int tfnas_terminal_columns(int descriptor);

#endif
