/* record: names of the kinds, and which records a selection takes. */
#include <mxtap/record.h>

const char *record_kind_name(enum record_kind kind)
{
    switch (kind) {
    case RECORD_SMTP: return "smtp";
    case RECORD_STATS: return "stats";
    default: return "alert";
    }
}

bool selection_takes(const struct selection *selection, enum record_kind kind, unsigned severity,
                     uint32_t detector)
{
    if ((selection->kinds & (unsigned)kind) == 0)
        return false;
    if (kind != RECORD_ALERT)
        return true;
    if (selection->severity != 0 && severity > selection->severity)
        return false;
    for (size_t i = 0; i < selection->detector_count; i++)
        if (selection->detectors[i] == detector)
            return true;
    return selection->detector_count == 0;
}
