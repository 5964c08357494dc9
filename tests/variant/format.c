/* format.c: steps that choose the file format; save.c and saveng.c do the work. */
#include "step.h"

/* flavour 1: big-endian; the number: 6 for microseconds, 9 for nanoseconds. */
void format_pcap(struct capture *cap, const struct step *step)
{
    cap->shape.form = FORM_PCAP;
    cap->shape.big_endian = step->flavour == 1;
    cap->shape.resolution = step->arg[0] == 9 ? 9 : 6;
}

/* flavour 1: big-endian; the number: 6, 9, or N from 20 to 32 for units of 2^-N seconds. */
void format_pcapng(struct capture *cap, const struct step *step)
{
    cap->shape.form = FORM_PCAPNG;
    cap->shape.big_endian = step->flavour == 1;
    if (step->arg[0] != 6 && step->arg[0] != 9 && (step->arg[0] < 20 || step->arg[0] > 32))
        capture_die("a time resolution is 6, 9 or 20 to 32");
    cap->shape.resolution = step->arg[0] >= 20 ? -(int)step->arg[0] : (int)step->arg[0];
}

/* A new pcapng section after so many packets, each in the other byte order than the one before. */
void format_sections(struct capture *cap, const struct step *step)
{
    cap->shape.form = FORM_PCAPNG;
    cap->shape.section = (uint32_t)step->arg[0];
}

void format_blocks(struct capture *cap, const struct step *step)
{
    (void)step;
    cap->shape.form = FORM_PCAPNG;
    cap->shape.extra_blocks = true;
}

/* The number: how many gzip members. */
void format_gzip(struct capture *cap, const struct step *step)
{
    if (step->arg[0] < 1 || step->arg[0] > 1000)
        capture_die("1 to 1000 gzip members");
    cap->shape.gzip = (unsigned)step->arg[0];
}
