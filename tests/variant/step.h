/* step.h: the steps a variant is made of; variants.def has a row for each.
 *
 * main parses a chain such as "loss:5:7,vlan,gz" and calls one step after the other on the capture.
 * A step rewrites the capture in place. It ends the program when the chain makes no sense.
 */
#ifndef VARIANT_STEP_H
#define VARIANT_STEP_H

#include "capture.h"

struct step {
    int flavour;     /* from the row: which of its forms a step takes */
    uint64_t arg[2]; /* the number from the row, or what the user gave after colons */
};

#define STEP(name, family, keeps, function, flavour, argument, about)                              \
    void function(struct capture *cap, const struct step *step);
#define CHAIN(name, family, keeps, chain, about)
#include "variants.def"
#undef STEP
#undef CHAIN

/* The next number of a small generator (splitmix64); the same seed gives the same numbers. */
uint64_t step_random(uint64_t *state);

#endif
