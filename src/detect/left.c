/*
 * left: both kinds of keys in one array of buckets, with the host that brought the mail, as small
 * as they can be kept. Every message passes here, so nothing is allocated for one.
 */
#include "left.h"

#include "detect_private.h"
#include "reports.h"

#include <mxtap/pack.h>
#include <stdlib.h>

#define BUCKET      4
#define CACHE_LINE  64
#define PENDING_MAX 8

struct place {
    uint32_t tag;    /* the upper half of the key; the lower one is where it stands */
    uint32_t second; /* of event time, since 1970; 0: free */
    uint64_t client; /* the IPv4 address, or the IPv6 network (/64), in host order */
};

_Static_assert(BUCKET * sizeof(struct place) == CACHE_LINE, "what is fetched is a bucket");

struct pending {
    uint64_t hash;
    struct place place;
};

struct left {
    struct detect *detect;
    struct pending pending[PENDING_MAX]; /* their buckets are on the way to the cache */
    size_t pending_count;
    int64_t keep;
    struct place *places;
    size_t count; /* of places, a power of two */
    struct budget *budget;
    size_t charged; /* octets */
};

void left_free(struct left *left)
{
    if (left == NULL)
        return;
    budget_give(left->budget, left->charged);
    free(left->places);
    free(left);
}

#define SHARE_MAX 8 /* of the memory at most, one part in so many */

/* As many places as the memory has room for. */
enum err left_new(struct detect *detect, int64_t keep, struct left **ret_left)
{
    struct left *left = calloc(1, sizeof *left);
    if (left == NULL)
        return ERR_MEMORY;
    left->detect = detect;
    left->keep = keep;
    left->budget = detect_budget(detect);
    left->count = LEFT_MAX;
    while (left->count > BUCKET &&
           (left->count * sizeof *left->places > left->budget->ceiling / SHARE_MAX ||
            !budget_take(left->budget, left->count * sizeof *left->places)))
        left->count /= 2;
    left->charged = left->count > BUCKET ? left->count * sizeof *left->places : 0;
    left->places = aligned_alloc(CACHE_LINE, left->count * sizeof *left->places);
    if (left->places == NULL) {
        left_free(left);
        return ERR_MEMORY;
    }
    memset(left->places, 0, left->count * sizeof *left->places);
    *ret_left = left;
    return ERR_NONE;
}

static uint64_t pair_key(uint64_t sender, struct span recipient)
{
    uint64_t parts[2] = {sender, reports_address_hash(recipient)};
    return hash_stable(span_make(parts, sizeof parts));
}

static struct place *bucket_of(struct left *left, uint64_t hash)
{
    return &left->places[hash & (left->count - BUCKET)];
}

static uint32_t second_of(int64_t time)
{
    int64_t second = time / CLOCK_SECOND;
    return second < 0 ? 0 : second > UINT32_MAX ? UINT32_MAX : (uint32_t)second;
}

static uint64_t client_word(const struct addr *client)
{
    uint64_t word = 0;
    bool v4 = addr_is_v4(client);
    for (size_t i = v4 ? 12 : 0; i < (v4 ? 16 : 8); i++)
        word = word << 8 | client->octets[i];
    return word;
}

/* The address; of IPv6 the network's. */
static struct addr client_addr(uint64_t word)
{
    if (word <= UINT32_MAX)
        return addr_v4((uint32_t)word);
    struct addr addr = {{0}};
    for (size_t i = 0; i < 8; i++)
        addr.octets[i] = (uint8_t)(word >> (56 - 8 * i));
    return addr;
}

static bool is_fresh(const struct left *left, const struct place *place, uint32_t now)
{
    return place->second != 0 &&
           (now < place->second || now - place->second <= (uint64_t)(left->keep / CLOCK_SECOND));
}

/* In its own place, a free one, or that of the mail seen longest ago. */
static void settle(struct left *left, const struct pending *new)
{
    struct place *bucket = bucket_of(left, new->hash);
    struct place *place = bucket;
    for (size_t i = 0; i < BUCKET; i++) {
        if (bucket[i].second != 0 && bucket[i].tag == new->place.tag) {
            place = &bucket[i];
            break;
        }
        if (bucket[i].second < place->second)
            place = &bucket[i];
    }
    if (place->tag != new->place.tag && is_fresh(left, place, new->place.second))
        (*detect_evicted(left->detect))++;
    *place = new->place;
}

static void settle_all(struct left *left)
{
    for (size_t i = 0; i < left->pending_count; i++)
        settle(left, &left->pending[i]);
    left->pending_count = 0;
}

/* The places are all over the memory: they are asked for now and written when the next mail comes.
 */
static void remember(struct left *left, uint64_t hash, const struct event *event)
{
    if (left->pending_count == PENDING_MAX)
        settle_all(left);
    left->pending[left->pending_count++] = (struct pending){
        hash, {(uint32_t)(hash >> 32), second_of(event->time), client_word(&event->flow.client)}};
    __builtin_prefetch(bucket_of(left, hash), 1);
}

/* True where it is remembered, with the host that brought the mail. */
static bool recall(struct left *left, uint64_t hash, int64_t now, struct addr *ret_client)
{
    const struct place *bucket = bucket_of(left, hash);
    for (size_t i = 0; i < BUCKET; i++) {
        if (bucket[i].tag != (uint32_t)(hash >> 32) || !is_fresh(left, &bucket[i], second_of(now)))
            continue;
        *ret_client = client_addr(bucket[i].client);
        return true;
    }
    return false;
}

void left_learn(struct left *left, const struct event *event)
{
    const struct know *know = detect_know(left->detect);
    const struct event_message *message = &event->message;
    bool trusted = (event->session.facts & SMTP_BIT(SMTP_FACT_AUTHENTICATED)) != 0;
    if (know_has_home(know) && !trusted && !know_is_home(know, &event->flow.client))
        return;
    struct span sender = event_text(event, message->mail_address);
    if (sender.len == 0)
        return;
    settle_all(left);
    const struct event_rcpt *rcpts = event_rcpts(event, message->rcpts);
    struct span id = span_trim(event_text(event, message->mail.message_id));
    if (message->has_mail && id.len > 0)
        remember(left, hash_stable(id), event);
    /* Everybody's mail is remembered by its id alone, where it has one. */
    if (!know_has_home(know) && id.len > 0)
        return;
    uint64_t sender_hash = reports_address_hash(sender);
    for (uint32_t i = 0; i < message->rcpts.len; i++)
        if (rcpts[i].reply.code < 500)
            remember(left, pair_key(sender_hash, event_text(event, rcpts[i].address)), event);
}

/* Is the host on the side of the server that the report comes to? */
static bool is_ours(struct left *left, const struct event *event, const struct addr *addr,
                    struct span name)
{
    struct know *know = detect_know(left->detect);
    if (know_has_home(know))
        return know_is_home(know, addr);
    struct addr_net net = addr_network(&event->flow.server);
    if (addr_net_has(&net, addr))
        return true;
    struct span greeting = event_text(event, event->session.greeting);
    return know_same_organisation(know, name, span_word(&greeting));
}

static bool knows(struct left *left, const struct event *event, uint64_t key)
{
    struct addr client;
    if (!recall(left, key, event->time, &client))
        return false;
    struct know *know = detect_know(left->detect);
    if (know_has_home(know))
        return true;
    struct know_host host;
    know_host_of(know, &client, event->time, &host);
    return is_ours(left, event, &client, host.name);
}

bool left_knows(struct left *left, const struct event *event, struct span recipient,
                const struct quoted *quoted)
{
    const struct event_mail *mail = &event->message.mail;
    settle_all(left);
    struct span id = span_trim(event_text(event, mail->report_message_id));
    struct span failed = event_text(event, mail->report_recipient);
    return (id.len > 0 && knows(left, event, hash_stable(id))) ||
           (failed.len > 0 &&
            knows(left, event, pair_key(reports_address_hash(recipient), failed))) ||
           (quoted->origin == QUOTED_HANDED && is_ours(left, event, &quoted->from, quoted->name));
}

/* ---- what is remembered ---- */

#define SECTION "detect.backscatter-received.left"

/* A place as it is saved: of its key the lower half is known as far as it chose the bucket. */
struct saved {
    uint32_t count; /* of places there were */
    uint32_t low;   /* the bucket */
    uint32_t tag, second;
    uint64_t client;
};

static const struct pack_field fields[] = {
    {"count", PACK_UNSIGNED, PACK_AT(struct saved, count)},
    {"low", PACK_UNSIGNED, PACK_AT(struct saved, low)},
    {"tag", PACK_UNSIGNED, PACK_AT(struct saved, tag)},
    {"second", PACK_UNSIGNED, PACK_AT(struct saved, second)},
    {"client", PACK_UNSIGNED, PACK_AT(struct saved, client)},
    PACK_END,
};

/* What is pending is settled, which it would have been before anybody asks. */
void left_save(struct left *left, struct image *image)
{
    struct buf *out = image_add(image, SECTION);
    if (out == NULL)
        return;
    settle_all(left);
    pack_begin(out, fields);
    for (size_t i = 0; i < left->count; i++) {
        const struct place *place = &left->places[i];
        const struct saved saved = {(uint32_t)left->count, (uint32_t)(i & ~(size_t)(BUCKET - 1)),
                                    place->tag, place->second, place->client};
        if (place->second != 0)
            pack_put(out, fields, &saved);
    }
}

/* Where there are more places than there were, it may be in one bucket of several: it is put into
 * each, and found in the right one. */
void left_load(struct left *left, const struct image *image)
{
    struct pack_reader reader;
    struct saved saved = {0};
    uint32_t latest = second_of(detect_latest(left->detect));
    if (!pack_open(&reader, image_find(image, SECTION), fields, NULL))
        return;
    while (pack_get(&reader, &saved)) {
        bool sound = saved.count >= BUCKET && saved.count <= LEFT_MAX &&
                     (saved.count & (saved.count - 1)) == 0 && saved.second <= latest;
        size_t least = saved.count < left->count ? saved.count : left->count;
        for (size_t low = saved.low & (least - 1); sound && low < left->count; low += saved.count) {
            const struct pending place = {(uint64_t)saved.tag << 32 | low,
                                          {saved.tag, saved.second, saved.client}};
            settle(left, &place);
        }
    }
}
