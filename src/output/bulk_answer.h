/*
 * bulk_answer: what Elasticsearch and OpenSearch say of each record of a _bulk request.
 *
 * The answer is distrusted: bounded in octets and depth, it must have an item with a status for
 * each record that was sent, or it counts for nothing and all records wait.
 */
#ifndef MXTAP_OUTPUT_BULK_ANSWER_H
#define MXTAP_OUTPUT_BULK_ANSWER_H

#include "http.h"

/* Sets the states of those of count parcels that wait; delivery->trouble where some wait still. */
void bulk_answer_read(const struct http *http, const struct http_answer *answer,
                      struct parcel *parcels, size_t count, struct delivery *delivery);

#endif
