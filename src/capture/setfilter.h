/*
 * setfilter: gives a filter of filter.h to a pcap. Called by live.
 */
#ifndef SETFILTER_H
#define SETFILTER_H

#include <mxtap/err.h>
#include <pcap/pcap.h>

/* lines: expressions, the one that is wanted most first; what the kernel cannot take of them for
 * want of memory is done by libpcap, if there is no line that it can. ERR_CONFIG: not one is right
 * for this link; pcap_geterr says why, of the last. The old filter stays then. */
enum err setfilter_lines(pcap_t *pcap, const char *lines) MXTAP_MUST_CHECK;

#endif
