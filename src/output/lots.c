/*
 * lots: halving. A lot begins with the first record that waits, so records arrive in order; its
 * size is halved when it is refused and doubled when it is taken: for one bad record among n
 * 3 log2 n posts at most.
 */
#include "lots.h"

#include <stdio.h>

/* At most limit parcels that wait. False: none does. */
static bool next(struct delivery *delivery, size_t limit, struct lot *ret_lot)
{
    size_t from = 0;
    while (from < delivery->count && delivery->parcels[from].state != PARCEL_WAITING)
        from++;
    struct lot lot = {.parcels = delivery->parcels + from};
    for (size_t i = from; i < delivery->count && lot.waiting < limit; i++) {
        lot.count++;
        if (delivery->parcels[i].state == PARCEL_WAITING)
            lot.waiting++;
    }
    *ret_lot = lot;
    return lot.waiting > 0;
}

static void take(struct lot *lot)
{
    for (size_t i = 0; i < lot->count; i++) {
        if (lot->parcels[i].state == PARCEL_WAITING)
            lot->parcels[i].state = PARCEL_DELIVERED;
    }
}

static void refuse(struct lot *lot, size_t culprit)
{
    struct parcel *parcel = lot->parcels;
    for (size_t skip = culprit; parcel->state != PARCEL_WAITING || skip > 0; parcel++)
        skip -= parcel->state == PARCEL_WAITING ? 1 : 0;
    parcel->state = PARCEL_REFUSED;
    snprintf(parcel->answer, sizeof parcel->answer, "%s", lot->answer);
}

void lots_deliver(struct delivery *delivery,
                  enum lot_fate (*post)(void *arg, struct lot *lot, struct delivery *delivery),
                  void *arg)
{
    size_t limit = delivery->count;
    struct lot lot;
    while (next(delivery, limit, &lot)) {
        if (sink_stopped(delivery->stop)) {
            snprintf(delivery->trouble, sizeof delivery->trouble, "was stopped");
            return;
        }
        enum lot_fate fate = post(arg, &lot, delivery);
        if (fate == LOT_LATER)
            return;
        if (fate == LOT_TAKEN)
            take(&lot);
        else if (fate == LOT_CULPRIT && lot.culprit < lot.waiting)
            refuse(&lot, lot.culprit);
        else if (lot.waiting == 1)
            refuse(&lot, 0);
        else
            limit = lot.waiting / 2;
        if (fate == LOT_TAKEN && limit < delivery->count)
            limit *= 2;
    }
}
