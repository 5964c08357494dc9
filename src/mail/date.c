/*
 * Dates, RFC 5322 3.3 with the obsolete years and zones of 4.3: optional day of the week, day,
 * month, year of two to four digits, time, zone. Days since 1970 after Howard Hinnant,
 * "chrono-compatible low-level date algorithms" (days_from_civil).
 */
#include "cfws.h"

#include <mxtap/mail.h>

#define YEAR_MAX 2261 /* later ones do not fit into nanoseconds */

/* A number of at most max_digits digits; -1 where there is none. */
static int take_number(struct rd *rd, size_t max_digits)
{
    struct span rest = rd_rest(rd);
    int value = 0;
    size_t digits = 0;
    for (; digits < rest.len; digits++) {
        unsigned digit = (unsigned)rest.at[digits] - '0';
        if (digit > 9)
            break;
        if (digits == max_digits)
            return -1;
        value = value * 10 + (int)digit;
    }
    rd_skip(rd, digits);
    return digits == 0 ? -1 : value;
}

static struct span take_letters(struct rd *rd)
{
    struct span rest = rd_rest(rd);
    size_t len = 0;
    while (len < rest.len && (rest.at[len] | 0x20) >= 'a' && (rest.at[len] | 0x20) <= 'z')
        len++;
    return rd_take(rd, len);
}

/* 0 to 11, or -1. */
static int take_month(struct rd *rd)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    struct span name = take_letters(rd);
    if (name.len != 3)
        return -1;
    uint8_t lower[3];
    for (size_t i = 0; i < 3; i++)
        lower[i] = name.at[i] | 0x20; /* letters only */
    for (int i = 0; i < 12; i++)
        if (memcmp(lower, months + 3 * i, 3) == 0)
            return i;
    return -1;
}

static int take_year(struct rd *rd)
{
    size_t before = rd_left(rd);
    int year = take_number(rd, 4);
    size_t digits = before - rd_left(rd);
    if (digits == 2 && year >= 0)
        return year < 50 ? year + 2000 : year + 1900;
    if (digits == 3)
        return year + 1900;
    return digits == 4 && year >= 1900 ? year : -1;
}

/* Seconds since midnight, or -1. */
static int take_time(struct rd *rd)
{
    int second = 0;
    int hour = take_number(rd, 2);
    cfws_skip(rd);
    if (rd_u8(rd) != ':')
        return -1;
    cfws_skip(rd);
    int minute = take_number(rd, 2);
    cfws_skip(rd);
    if (cfws_peek(rd) == ':') {
        rd_skip(rd, 1);
        cfws_skip(rd);
        second = take_number(rd, 2);
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return -1;
    return hour * 3600 + minute * 60 + second;
}

/* Seconds east of UTC; the letters of the military and unknown names count as UTC. */
static bool take_zone(struct rd *rd, int *ret_offset)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"est", -5}, {"edt", -4}, {"cst", -6}, {"cdt", -5},
                 {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};
    uint8_t sign = cfws_peek(rd);
    *ret_offset = 0;
    if (sign == '+' || sign == '-') {
        rd_skip(rd, 1);
        size_t before = rd_left(rd);
        int zone = take_number(rd, 4);
        if (before - rd_left(rd) != 4 || zone < 0 || zone % 100 > 59)
            return false;
        *ret_offset = (zone / 100 * 3600 + zone % 100 * 60) * (sign == '-' ? -1 : 1);
        return true;
    }
    struct span name = take_letters(rd);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (span_equal_nocase(name, span_text(zones[i].name)))
            *ret_offset = zones[i].hours * 3600;
    return name.len > 0 && name.len <= 5;
}

/* Days from 1970-01-01; month from 0. */
static int64_t days_from_civil(int year, int month, int day)
{
    int from_march = (month + 10) % 12;
    int64_t shifted = month < 2 ? year - 1 : year;
    int64_t era = shifted / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static bool is_day(int year, int month, int day)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day >= 1 && day <= days[month] + (month == 1 && leap ? 1 : 0);
}

bool mail_date_parse(struct span value, int64_t *ret_time)
{
    struct rd rd = rd_make(value);
    cfws_skip(&rd);
    if (take_letters(&rd).len > 0) {
        cfws_skip(&rd);
        if (cfws_peek(&rd) == ',')
            rd_skip(&rd, 1);
        cfws_skip(&rd);
    }
    int day = take_number(&rd, 2);
    cfws_skip(&rd);
    int month = take_month(&rd);
    cfws_skip(&rd);
    int year = take_year(&rd);
    cfws_skip(&rd);
    if (!rd_ok(&rd) || month < 0 || year < 0 || year > YEAR_MAX || !is_day(year, month, day))
        return false;
    int seconds = take_time(&rd);
    cfws_skip(&rd);
    int offset;
    if (seconds < 0 || !take_zone(&rd, &offset) || !rd_ok(&rd))
        return false;
    int64_t time = days_from_civil(year, month, day) * 86400 + seconds - offset;
    *ret_time = time * CLOCK_SECOND;
    return true;
}
