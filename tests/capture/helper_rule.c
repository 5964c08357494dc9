/*
 * The first line that fits the link, as live.h takes it.
 */
#include "capture/helper_rule.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void rule_make(struct rule *rule, const struct filter_options *options, int linktype)
{
    struct buf text;
    buf_init(&text, FILTER_LENGTH);
    filter_make(options, &text);
    assert(!text.truncated && text.len > 0);
    rule->length = text.len;
    pcap_t *pcap = pcap_open_dead(linktype, 262144);
    assert(pcap != NULL);
    bool made = false;
    struct span rest = buf_span(&text);
    while (!made && rest.len > 0) {
        size_t end = span_find(rest, '\n');
        char *line = strndup((const char *)rest.at, end);
        made = pcap_compile(pcap, &rule->program, line, 1, PCAP_NETMASK_UNKNOWN) == 0;
        free(line);
        rest = span_skip(rest, end + 1);
    }
    if (!made)
        fprintf(stderr, "link type %d: %s\n", linktype, pcap_geterr(pcap));
    assert(made);
    pcap_close(pcap);
    buf_done(&text);
}

bool rule_passes(const struct rule *rule, struct span packet)
{
    struct pcap_pkthdr header = {
        .caplen = (bpf_u_int32)packet.len,
        .len = (bpf_u_int32)packet.len,
    };
    return pcap_offline_filter(&rule->program, &header, packet.at) != 0;
}

void rule_done(struct rule *rule)
{
    pcap_freecode(&rule->program);
}
