/* saveng.h: a capture as pcapng (draft-ietf-opsawg-pcapng).
 *
 * Called by save.c. Sections, byte order, time resolution and blocks to step over as the capture's
 * shape asks for.
 */
#ifndef VARIANT_SAVENG_H
#define VARIANT_SAVENG_H

#include "capture.h"
#include "image.h"

/* Appends the whole file to out; changes the byte order of out from section to section. */
void saveng_write(const struct capture *cap, struct image *out);

#endif
