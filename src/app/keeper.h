/*
 * keeper: a thread that makes threads, from within its sandbox.
 *
 * The main thread may make none any more once it has entered its own; outputs come and go with the
 * configuration. What a keeper makes inherits its filter and is of its role. A starter (starter.h)
 * asks it and waits for the answer.
 */
#ifndef MXTAP_KEEPER_H
#define MXTAP_KEEPER_H

#include "sandbox.h"

#include <mxtap/starter.h>

struct keeper;

enum err keeper_new(enum sandbox_role role, struct keeper **ret_keeper) MXTAP_MUST_CHECK;
/* For as long as the keeper is there. */
const struct starter *keeper_starter(struct keeper *keeper);
/* Its threads may go on. */
void keeper_free(struct keeper *keeper);

#endif
