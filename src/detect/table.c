/* table: an lru under the detectors' budget. */
#include "table.h"

enum err table_new(struct detect *detect, struct table_shape shape, void *arg,
                   struct lru **ret_table)
{
    const struct lru_options options = {
        .key_size = shape.key,
        .value_size = shape.value,
        .max_entries = shape.max,
        .max_idle = shape.idle,
        .budget = detect_budget(detect),
        .leave = shape.leave,
        .arg = arg,
    };
    return lru_new(&options, ret_table);
}
