/* config_print: what is in force, as YAML that config_load takes: groups of settings, the list
 * sinks, and a group for each detector. */
#include "config.h"

#define VALUE_MAX 4200 /* octets of a value: more than setting.c takes */

struct printing {
    FILE *out;
    bool help;
    char group[64], name[64]; /* whose heads have been printed */
};

/* A text in the double quotes of YAML. */
static void print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        uint8_t octet = (uint8_t)*text;
        if (octet < ' ' || octet == 0x7f) {
            fprintf(out, "\\x%02X", octet);
            continue;
        }
        if (octet == '"' || octet == '\\')
            fputc('\\', out);
        fputc(octet, out);
    }
    fputc('"', out);
}

/* The heads that this path opens: the group, and below detectors and sinks the name; sinks are a
 * list. */
static void print_heads(struct printing *printing, const char *path, size_t group_len,
                        size_t name_len)
{
    if (strncmp(printing->group, path, group_len) != 0 || printing->group[group_len] != '\0') {
        snprintf(printing->group, sizeof printing->group, "%.*s", (int)group_len, path);
        printing->name[0] = '\0';
        fprintf(printing->out, "%s:\n", printing->group);
    }
    const char *name = path + group_len + 1;
    if (name_len > 0 &&
        (strncmp(printing->name, name, name_len) != 0 || printing->name[name_len] != '\0')) {
        snprintf(printing->name, sizeof printing->name, "%.*s", (int)name_len, name);
        if (strcmp(printing->group, "sinks") == 0)
            fprintf(printing->out, "  - name: \"%s\"\n", printing->name);
        else
            fprintf(printing->out, "  %s:\n", printing->name);
    }
}

static bool print_entry(void *arg, const struct config_entry *entry)
{
    struct printing *printing = arg;
    size_t group_len = strcspn(entry->path, ".");
    const char *rest = entry->path + group_len + 1;
    size_t name_len = strchr(rest, '.') == NULL ? 0 : strcspn(rest, ".");
    print_heads(printing, entry->path, group_len, name_len);
    char value[VALUE_MAX];
    setting_print(entry->setting, entry->options, value, sizeof value);
    const char *indent = name_len > 0 ? "    " : "  ";
    if (printing->help) {
        const char *unit = entry->setting->type == SETTING_SECRET ? "secret" : entry->setting->unit;
        fprintf(printing->out, "%s# %s%s%s%s; default %s\n", indent, entry->setting->help,
                *unit ? " (" : "", unit, *unit ? ")" : "",
                *entry->setting->fallback ? entry->setting->fallback : "none");
    }
    fprintf(printing->out, "%s%s: ", indent, entry->setting->name);
    if (setting_is_text(entry->setting))
        print_quoted(printing->out, value);
    else
        fputs(value, printing->out);
    fputc('\n', printing->out);
    return true;
}

void config_print(const struct config *config, FILE *out, bool help)
{
    struct printing printing = {.out = out, .help = help};
    config_each(config, print_entry, &printing);
}
