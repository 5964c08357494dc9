/*
 * dialect: what one command tells of how the client speaks (bits of enum event_dialect).
 */
#ifndef MXTAP_APP_DIALECT_H
#define MXTAP_APP_DIALECT_H

#include <mxtap/event.h>

uint32_t dialect_of(const struct smtp_command *command, uint64_t facts);

#endif
