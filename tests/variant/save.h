/* save.h: write a capture as pcap or pcapng, plain or gzipped, in the shape it asks for.
 *
 * Called once by main. Written without libpcap on purpose, so that a fault of libpcap's writer
 * cannot hide a fault of a reader. A pcap file has one link type; pcapng gets one interface for
 * each link type that occurs. A capture in pcap shape whose packets differ is written as pcapng.
 */
#ifndef VARIANT_SAVE_H
#define VARIANT_SAVE_H

#include "capture.h"

/* "-" is standard output. Ends the program when the file cannot be written. */
void save_file(struct capture *cap, const char *path);

#endif
