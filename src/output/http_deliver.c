/*
 * http_deliver: what a status means (RFC 9110 15), and bodies that are halved until the records to
 * blame are found: log2 of their number requests for one, twice their number where all are bad.
 */
#include "http.h"

#include <stdio.h>

#define SENT_MAX (128u << 20) /* octets of a body; output_row.batch_octets is far below */
#define KEEP     (4u << 20)   /* octets of memory that the body keeps between halves */

void http_answer_init(struct http_answer *answer)
{
    *answer = (struct http_answer){0};
    buf_init(&answer->body, HTTP_BODY_MAX);
}

void http_answer_done(struct http_answer *answer)
{
    buf_done(&answer->body);
}

enum http_verdict http_judge(long status)
{
    if (status >= 200 && status < 300)
        return HTTP_TAKEN;
    if (status < 400 || status >= 500)
        return HTTP_LATER;
    switch (status) {
    case 401: /* credentials, addresses and rights: an operator's matters */
    case 402:
    case 403:
    case 404:
    case 405:
    case 407:
    case 408: /* too slow */
    case 421: /* the wrong server behind a balancer */
    case 425:
    case 429:
    case 495: /* a certificate of ours, or TLS, is not what the receiver wants (nginx) */
    case 496:
    case 497: return HTTP_LATER;
    default: return HTTP_NEVER;
    }
}

struct posting {
    struct http *http;
    struct http_request request;
    const struct http_items *items;
    struct delivery *delivery;
    struct buf body;
    struct http_answer answer;
};

/* Of the waiting ones among count parcels; how many they are. */
static size_t make_body(struct posting *posting, const struct parcel *parcels, size_t count)
{
    size_t waiting = 0;
    buf_clear_keep(&posting->body, KEEP);
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].state == PARCEL_WAITING) {
            posting->items->make(posting->items->arg, &parcels[i], &posting->body);
            waiting++;
        }
    }
    posting->request.body = buf_span(&posting->body);
    return waiting;
}

static void settle(struct parcel *parcels, size_t count, enum parcel_state state,
                   const char *answer)
{
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].state == PARCEL_WAITING) {
            parcels[i].state = state;
            snprintf(parcels[i].answer, sizeof parcels[i].answer, "%.*s", PARCEL_ANSWER - 1,
                     answer);
        }
    }
}

/* False: no more for now. Deep as often as count can be halved. */
static bool post(struct posting *posting, struct parcel *parcels, size_t count)
{
    struct delivery *delivery = posting->delivery;
    struct http_answer *answer = &posting->answer;
    size_t waiting = make_body(posting, parcels, count);
    if (waiting == 0)
        return true;
    enum http_verdict verdict = HTTP_NEVER;
    if (posting->body.truncated) {
        snprintf(answer->trouble, sizeof answer->trouble, "the record is too long to be sent");
    } else {
        http_post(posting->http, &posting->request, delivery->stop, answer);
        verdict = http_judge(answer->status);
    }
    if (verdict == HTTP_LATER) {
        snprintf(delivery->trouble, sizeof delivery->trouble, "%s", answer->trouble);
        delivery->wait = answer->wait;
        return false;
    }
    if (verdict == HTTP_TAKEN && posting->items->read != NULL) {
        posting->items->read(posting->items->arg, answer, parcels, count, delivery);
        return delivery->trouble[0] == '\0';
    }
    if (verdict == HTTP_TAKEN || waiting == 1) {
        settle(parcels, count, verdict == HTTP_TAKEN ? PARCEL_DELIVERED : PARCEL_REFUSED,
               verdict == HTTP_TAKEN ? "" : answer->trouble);
        return true;
    }
    size_t half = count / 2;
    return post(posting, parcels, half) && post(posting, parcels + half, count - half);
}

void http_deliver_items(struct http *http, const struct http_request *request,
                        const struct http_items *items, struct delivery *delivery)
{
    struct posting posting = {
        .http = http, .request = *request, .items = items, .delivery = delivery};
    buf_init(&posting.body, SENT_MAX);
    http_answer_init(&posting.answer);
    (void)post(&posting, delivery->parcels, delivery->count);
    http_answer_done(&posting.answer);
    buf_done(&posting.body);
}

void http_deliver(struct http *http, const struct http_request *request,
                  void (*make)(void *arg, const struct parcel *parcel, struct buf *body), void *arg,
                  struct delivery *delivery)
{
    const struct http_items items = {.make = make, .arg = arg};
    http_deliver_items(http, request, &items, delivery);
}
