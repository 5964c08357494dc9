/*
 * detect_private: the table of detectors, for this room's files.
 */
#ifndef MXTAP_DETECT_PRIVATE_H
#define MXTAP_DETECT_PRIVATE_H

#include <mxtap/detect.h>

#define DETECTOR(suffix) extern const struct detector detector_##suffix;
#include "detectors.def"
#undef DETECTOR

#endif
