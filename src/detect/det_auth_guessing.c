/*
 * auth-guessing (1101): a source network whose AUTH is refused again and again (RFC 4954 4). Only
 * answers about the credentials count: 5xx without those that speak of syntax, order or a mechanism
 * that is not to be had.
 */
#include "detect_private.h"
#include "tally.h"

#include <stdio.h>

struct options {
    uint64_t refused_min;
    int64_t window;
};

static const struct setting settings[] = {
    {"refused_min", SETTING_COUNT, "10", "refused AUTH", 1, TALLY_TIMES, NULL,
     "refused AUTH within window", offsetof(struct options, refused_min)},
    {"window", SETTING_SECONDS, "10m", "", 1, 1e6, NULL, "the window",
     offsetof(struct options, window)},
    SETTING_END,
};

static void report(struct tallies *tallies, const struct tally *tally, enum case_state state,
                   const struct event *event)
{
    const struct options *options = tallies_options(tallies);
    char network[ADDR_TEXT_SIZE];
    char reason[300];
    char after[80] = "";
    if (tally->extra > 0)
        snprintf(after, sizeof after, "; AUTH was accepted %ju times from there since",
                 (uintmax_t)tally->extra);
    snprintf(reason, sizeof reason, "%s guesses passwords: %ju AUTH refused, from %ju %s%s.",
             tally_network(tally, network), (uintmax_t)tally->count,
             (uintmax_t)tally->client_names.total,
             tally->client_names.total == 1 ? "address" : "addresses", after);
    struct json_object *evidence = tally_evidence(tallies, tally);
    evidence_count(evidence, "refused", tally->count);
    evidence_count(evidence, "accepted_since", tally->extra);
    evidence_count(evidence, "window_seconds", (uint64_t)(options->window / CLOCK_SECOND));
    namelist_evidence(tallies_detect(tallies), &tally->samples, evidence, "mechanisms",
                      "mechanism_count");
    tally_alert(tallies, tally, state, event, reason, evidence);
}

static enum err guessing_open(struct detect *detect, const void *options, void **ret_state)
{
    struct tallies *tallies;
    const struct options *own = options;
    enum err err =
        tallies_new(detect, &detector_auth_guessing, options, own->window, report, &tallies);
    if (err == ERR_NONE)
        *ret_state = tallies;
    return err;
}

static bool is_refused(unsigned code)
{
    return code >= 500 && code < 600 && !(code >= 500 && code <= 504) && code != 530 && code != 538;
}

static void guessing_event(void *arg, const struct event *event)
{
    struct tallies *tallies = arg;
    const struct options *options = tallies_options(tallies);
    if (event->kind != EVENT_AUTH)
        return;
    bool refused = is_refused(event->auth.reply.code);
    if (!refused && event->auth.reply.code != 235)
        return;
    struct tally *tally = tallies_at(tallies, event);
    if (tally == NULL)
        return;
    if (!refused) {
        tally->extra += tally->c.open;
        if (tally->extra == 1)
            report(tallies, tally, CASE_GROWING, event);
        return;
    }
    tallies_count(tallies, tally, event, event_text(event, event->auth.mechanism));
    if (tally->c.open || tally_within(tally, options->refused_min, options->window))
        tallies_step(tallies, tally, event);
}

const struct detector detector_auth_guessing = {
    .id = 1101,
    .rev = 1,
    .name = "auth-guessing",
    .signature = "SMTP AUTH guessing from one network",
    .category = "Attempted User Privilege Gain",
    .key = "source network",
    .severity = 2,
    .manual = "Many AUTH from one source network are refused within a short time: somebody tries\n"
              "passwords. Refusals that speak of syntax, order or TLS do not count. The evidence\n"
              "says whether AUTH was accepted from there afterwards.",
    .advice = "Block the network for submission; where AUTH was accepted afterwards, lock that "
              "account and change its password.",
    .contact = CONTACT_CLIENT,
    .kinds = DETECT_KIND(EVENT_AUTH),
    .settings = settings,
    .options_size = sizeof(struct options),
    .open = guessing_open,
    .event = guessing_event,
    .close = tallies_free,
};
