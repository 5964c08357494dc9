/* paint: ECMA-48 SGR sequences of the basic colours, which every terminal theme maps legibly. */
#include "paint.h"

void paint(struct buf *out, bool color, enum paint with)
{
    static const char *const sequences[] = {
        [PAINT_OFF] = "\033[0m",     [PAINT_CLIENT] = "\033[36m", [PAINT_SERVER] = "\033[32m",
        [PAINT_DIM] = "\033[2m",     [PAINT_HEAD] = "\033[1m",    [PAINT_HIGH] = "\033[1;31m",
        [PAINT_MEDIUM] = "\033[33m", [PAINT_LOW] = "\033[35m",
    };
    if (color)
        buf_add_text(out, sequences[with]);
}

enum paint paint_of_severity(unsigned severity)
{
    return severity == 1 ? PAINT_HIGH : severity == 2 ? PAINT_MEDIUM : PAINT_LOW;
}

const char *paint_severity_name(unsigned severity)
{
    return severity == 1 ? "HIGH" : severity == 2 ? "MEDIUM" : "LOW";
}
