/*
 * showing: gathers what mxtap show prints: the lines of each session, its findings, in the order in
 * which the sessions end. Findings that come later stand at the end.
 *
 * One thread; used by cmd_show.c.
 */
#ifndef MXTAP_SHOWING_H
#define MXTAP_SHOWING_H

#include "worker.h"

#include <mxtap/output.h>
#include <stdio.h>

struct showing;

enum err showing_new(const struct dialogue_options *options, FILE *out,
                     struct showing **ret_showing) MXTAP_MUST_CHECK;
void showing_free(struct showing *showing);
/* The callbacks for the worker and for the correlator; live as long as the showing. */
const struct worker_watch *showing_watch(struct showing *showing);
struct alert_sink showing_alerts(struct showing *showing);
/* Prints what came after its session had ended. */
void showing_end(struct showing *showing);

#endif
