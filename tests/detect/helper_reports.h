/*
 * helper_reports: failure reports as mail's parser would tell them, for the tests of backscatter.
 */
#ifndef MXTAP_TEST_REPORTS_H
#define MXTAP_TEST_REPORTS_H

#include "helper_scene.h"

#define REPORT_LINES 4

struct report {
    const char *action, *status, *failed, *mta; /* NULL: not there */
    const char *id, *from;                      /* of the returned header */
    const char *lines[REPORT_LINES];            /* its Received lines, topmost first */
    const char *subject, *own_id;               /* of the report itself */
    bool plain;                                 /* in no known form */
};

/* The report comes from client to the recipients, from the null sender, answered with reply. */
void report_send(struct scene *scene, const char *client, const char *helo, const char *recipients,
                 const char *reply, const struct report *report);

/* An ordinary message with that Message-ID (or NULL). */
void mail_send(struct scene *scene, const char *client, const char *sender, const char *recipients,
               const char *id);

#endif
