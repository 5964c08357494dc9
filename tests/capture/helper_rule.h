/*
 * rule: a filter of filter.h as a program, for a link type, to be tried on packets without a
 * kernel. Tags stand in the packets then, where the kernel would have taken the outer one off.
 */
#ifndef HELPER_RULE_H
#define HELPER_RULE_H

#include <mxtap/filter.h>
#include <pcap/pcap.h>

struct rule {
    struct bpf_program program;
    size_t length; /* of the text */
};

void rule_make(struct rule *rule, const struct filter_options *options, int linktype);
bool rule_passes(const struct rule *rule, struct span packet);
void rule_done(struct rule *rule);

#endif
