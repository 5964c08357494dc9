/* outbox: what waits for receivers, and what they refused: shown, tried again, taken out, thrown
 * away, sent; beside a running sensor or without one (all but send). */
#include "commands.h"
#include "options.h"
#include "sending.h"

#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <mxtap/clock.h>
#include <mxtap/log.h>
#include <mxtap/outbox.h>

static const char usage[] =
    "usage: mxtap outbox list [--dead] [--json] [options] [SINK]\n"
    "       mxtap outbox export [--dead] [options] [SINK]\n"
    "       mxtap outbox retry [options] [SINK]\n"
    "       mxtap outbox purge [--dead] --yes [options] [SINK]\n"
    "       mxtap outbox send [options]\n"
    "  list shows what waits for each sink, export writes these records as lines;\n"
    "  with --dead: the records that a receiver refused (dead letters), and its answers.\n"
    "  retry has dead letters sent again, purge throws away what waits or is dead.\n"
    "  send takes what waits to its receivers, without a sensor.\n"
    "  Without SINK: of all sinks.\n"
    "  -c FILE                    configuration (YAML)\n"
    "  --set path.to.key=value    one setting\n"
    "  --file FILE                the outbox (default: outbox.file of the configuration)\n"
    "  --json                     list: one JSON object a line\n"
    "  --yes                      purge: yes, throw it away\n"
    "  -q, -v                     say less, say more\n";

struct asked {
    const struct options *options;
    const char *sink; /* or NULL */
    struct outbox_admin *admin;
    size_t shown;
};

/* ---- list ---- */

/* Of a time of the clock, or "-". */
static void time_text(int64_t time, char ret_text[CLOCK_TEXT_SIZE])
{
    if (time == 0)
        snprintf(ret_text, CLOCK_TEXT_SIZE, "-");
    else
        clock_text(time, ret_text);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    json_object_object_add(object, key, json_object_new_string(text));
}

static void add_number(struct json_object *object, const char *key, uint64_t number)
{
    json_object_object_add(object, key, json_object_new_uint64(number));
}

static void add_time(struct json_object *object, const char *key, int64_t time)
{
    char text[CLOCK_TEXT_SIZE];
    if (time == 0)
        return;
    clock_text(time, text);
    add_text(object, key, text);
}

static void print_json(struct json_object *object)
{
    puts(json_object_to_json_string_ext(object,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(object);
}

static void show_place_json(const struct outbox_place *place)
{
    struct json_object *object = json_object_new_object();
    add_text(object, "output", place->name);
    add_text(object, "format", place->format);
    add_number(object, "waiting", place->stats.waiting);
    add_number(object, "octets", place->octets);
    add_time(object, "oldest", place->stats.oldest);
    add_number(object, "lost", place->stats.lost);
    add_number(object, "dead", place->stats.dead);
    if (place->trouble[0] != '\0')
        add_text(object, "trouble", place->trouble);
    add_time(object, "tried", place->tried);
    print_json(object);
}

static void show_place(void *arg, const struct outbox_place *place)
{
    struct asked *asked = arg;
    char oldest[CLOCK_TEXT_SIZE];
    if (asked->sink != NULL && strcmp(asked->sink, place->name) != 0)
        return;
    asked->shown++;
    if (asked->options->json) {
        show_place_json(place);
        return;
    }
    if (asked->shown == 1)
        printf("%-16s %-7s %10s %13s %-31s %8s %8s  %s\n", "output", "format", "waiting", "octets",
               "oldest", "lost", "dead", "last trouble");
    time_text(place->stats.oldest, oldest);
    printf("%-16s %-7s %10" PRIu64 " %13" PRIu64 " %-31s %8" PRIu64 " %8" PRIu64 "  %s\n",
           place->name, place->format, place->stats.waiting, place->octets, oldest,
           place->stats.lost, place->stats.dead, place->trouble);
}

static bool show_dead(void *arg, const char *name, const struct parcel *parcel)
{
    struct asked *asked = arg;
    char time[CLOCK_TEXT_SIZE];
    time_text(parcel->record.time, time);
    asked->shown++;
    if (asked->options->json) {
        struct json_object *object = json_object_new_object();
        add_text(object, "output", name);
        add_text(object, "id", parcel->record.id);
        add_text(object, "kind", record_kind_name(parcel->record.kind));
        add_time(object, "time", parcel->record.time);
        add_number(object, "octets", parcel->record.octets.len);
        add_text(object, "answer", parcel->answer);
        print_json(object);
    } else {
        if (asked->shown == 1)
            printf("%-16s %-32s %-5s %-31s %8s  %s\n", "output", "id", "kind", "time of event",
                   "octets", "answer");
        printf("%-16s %-32s %-5s %-31s %8zu  %s\n", name, parcel->record.id,
               record_kind_name(parcel->record.kind), time, parcel->record.octets.len,
               parcel->answer);
    }
    return ferror(stdout) == 0;
}

static enum err list(struct asked *asked)
{
    if (asked->options->dead)
        return outbox_admin_export(asked->admin, asked->sink, OUTBOX_DEAD, show_dead, asked);
    enum err err = outbox_admin_list(asked->admin, show_place, asked);
    return err == ERR_NONE && asked->sink != NULL && asked->shown == 0 ? ERR_USAGE : err;
}

/* ---- the others ---- */

static bool write_record(void *arg, const char *name, const struct parcel *parcel)
{
    (void)arg, (void)name;
    const struct span octets = parcel->record.octets;
    return fwrite(octets.at, 1, octets.len, stdout) == octets.len && putchar('\n') == '\n';
}

static enum outbox_what what_of(const struct asked *asked)
{
    return asked->options->dead ? OUTBOX_DEAD : OUTBOX_WAITING;
}

static enum err export(struct asked *asked) {
    return outbox_admin_export(asked->admin, asked->sink, what_of(asked), write_record, NULL);
}

static enum err retry(struct asked *asked)
{
    uint64_t count = 0;
    enum err err = outbox_admin_retry(asked->admin, asked->sink, &count);
    if (err == ERR_NONE)
        log_info("%" PRIu64 " dead letters are to be sent again", count);
    return err;
}

static enum err purge(struct asked *asked)
{
    uint64_t count = 0;
    enum err err = outbox_admin_purge(asked->admin, asked->sink, what_of(asked), 0, &count);
    if (err == ERR_NONE)
        log_info("%" PRIu64 " %s thrown away", count,
                 asked->options->dead ? "dead letters" : "waiting records");
    return err;
}

static const struct action {
    const char *name;
    enum err (*run)(struct asked *asked); /* NULL: send */
    bool dead, json, yes;                 /* options that it takes; yes it must have */
} actions[] = {
    {"list", list, true, true, false},     {"export", export, true, false, false},
    {"retry", retry, false, false, false}, {"purge", purge, true, false, true},
    {"send", NULL, false, false, false},
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    log_error("there is no 'mxtap outbox %s'; 'mxtap outbox -h' helps", name);
    return NULL;
}

static bool is_right(const struct options *options, const struct action *action)
{
    size_t most = action->run == NULL ? 1 : 2;
    if (options->input_count > most)
        log_error("'mxtap outbox %s' takes %s", action->name,
                  most == 1 ? "no operands" : "one sink at most");
    else if ((options->dead && !action->dead) || (options->json && !action->json) ||
             (options->yes && !action->yes))
        log_error("'mxtap outbox %s' has no such option; 'mxtap outbox -h' helps", action->name);
    else if (action->yes && !options->yes)
        log_error("'mxtap outbox %s' throws records away for good: --yes if that is wanted",
                  action->name);
    else if (options->config->outbox.file == NULL)
        log_error("which outbox? Neither --file nor outbox.file of a configuration (-c) says so");
    else
        return true;
    return false;
}

static int run_action(const struct action *action, struct asked *asked)
{
    char message[CONFIG_MESSAGE];
    const char *path = asked->options->config->outbox.file;
    enum err err = outbox_admin_open(path, &asked->admin, message, sizeof message);
    if (err != ERR_NONE) {
        log_error("%s", message[0] != '\0' ? message : err_text(err));
        return err == ERR_SUPPORT ? EXIT_USAGE : EXIT_DAMAGED;
    }
    err = action->run(asked);
    if (err == ERR_USAGE)
        log_error("%s: nothing is known of a sink '%s'", path, asked->sink);
    else if (err != ERR_NONE)
        log_error("%s: %s", path, outbox_admin_reason(asked->admin));
    outbox_admin_close(asked->admin);
    if (err != ERR_NONE)
        return err == ERR_USAGE ? EXIT_USAGE : EXIT_DAMAGED;
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return EXIT_DONE;
    log_error("standard output: %s", strerror(errno));
    return EXIT_DAMAGED;
}

int cmd_outbox(int argc, char **argv)
{
    struct options options;
    if (options_parse(argc, argv, OPTIONS_OUTBOX, usage, &options) != ERR_NONE)
        return EXIT_USAGE;
    int status = EXIT_DONE;
    if (!options.help) {
        const struct action *action = find_action(options.inputs[0]);
        struct asked asked = {.options = &options};
        if (options.input_count > 1)
            asked.sink = options.inputs[1];
        if (action == NULL || !is_right(&options, action))
            status = EXIT_USAGE;
        else if (action->run == NULL)
            status = sending_run(options.config, options.config->outbox.patience);
        else
            status = run_action(action, &asked);
    }
    options_done(&options);
    return status;
}
