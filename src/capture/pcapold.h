/*
 * pcapold: records of pcap files in rare forms, read by libpcap.
 *
 * Called by file_pcap.c, for Kuznetzov's longer records and for versions before 2.4, which put the
 * two lengths of a record in another order. libpcap copies each packet; the octets live until the
 * next one. One thread a file.
 */
#ifndef PCAPOLD_H
#define PCAPOLD_H

#include "file.h"
#include "window.h"

#define PCAPOLD_KUZNETZOV 0xa1b2cd34 /* magic, as a big-endian file has it */

struct pcapold;

/* The window stands at the file header, and belongs to libpcap until pcapold_close. ERR_MEMORY, or
 * ERR_DAMAGED as file_damage says; *ret_old is to be closed in any case. */
enum err pcapold_open(struct file *file, struct window *window,
                      struct pcapold **ret_old) MXTAP_MUST_CHECK;
void pcapold_close(struct pcapold *old);

/* As the next of file_ops. */
int pcapold_next(struct pcapold *old, struct packet *ret_packet);

#endif
