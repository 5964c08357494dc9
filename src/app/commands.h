/*
 * commands: one cmd_<name>.c each and one row of commands.def. argv[0] is the command's name; the
 * result is the exit status: 0 done, 1 wrong usage or configuration, 2 some input could not be read
 * whole.
 */
#ifndef MXTAP_COMMANDS_H
#define MXTAP_COMMANDS_H

enum exit_status { EXIT_DONE = 0, EXIT_USAGE = 1, EXIT_DAMAGED = 2 };

#define COMMAND(name, summary) int cmd_##name(int argc, char **argv);
#include "commands.def"
#undef COMMAND

#endif
