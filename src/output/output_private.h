/*
 * output_private: the tables of formats and sinks, for this room's files.
 */
#ifndef MXTAP_OUTPUT_PRIVATE_H
#define MXTAP_OUTPUT_PRIVATE_H

#include <mxtap/output.h>

#define FORMAT(name) extern const struct format format_##name;
#include "formats.def"
#undef FORMAT

#define SINK(name) extern const struct sink sink_##name;
#include "sinks.def"
#undef SINK

#endif
