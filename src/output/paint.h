/*
 * paint: the few colours of the terminal output, in one place.
 *
 * Each is an SGR sequence, or nothing where colours are off.
 */
#ifndef MXTAP_PAINT_H
#define MXTAP_PAINT_H

#include <mxtap/buf.h>

enum paint {
    PAINT_OFF,
    PAINT_CLIENT,
    PAINT_SERVER,
    PAINT_DIM,
    PAINT_HEAD,
    PAINT_HIGH,
    PAINT_MEDIUM,
    PAINT_LOW
};

void paint(struct buf *out, bool color, enum paint with);
enum paint paint_of_severity(unsigned severity);
const char *paint_severity_name(unsigned severity); /* "HIGH" */

#endif
