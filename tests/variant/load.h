/* load.h: read a capture file into memory as bare IP packets.
 *
 * Called once by main. Reads whatever libpcap reads, plain or gzipped, with Ethernet (VLAN tags are
 * taken off), raw IP or Linux cooked headers. Frames that carry no IP and Ethernet padding are left
 * out. A packet that was cut when captured keeps its wire length.
 */
#ifndef VARIANT_LOAD_H
#define VARIANT_LOAD_H

#include "capture.h"

/* "-" is standard input. Ends the program when the file cannot be read. */
struct capture load_file(const char *path);

#endif
