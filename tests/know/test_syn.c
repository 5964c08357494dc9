/* SYNs in p0f's notation, and what systems they are of. */
#include "test.h"

#include <mxtap/know.h>

#define MSS    "\x02\x04\x05\xb4"
#define MSS6   "\x02\x04\x05\xa0"
#define SOK    "\x04\x02"
#define TS     "\x08\x0a\x12\x34\x56\x78\x00\x00\x00\x00"
#define NOP    "\x01"
#define WS(n)  "\x03\x03" n
#define END(n) "\x00" n

static struct stream_syn syn;

/* From an Ethernet without options in its IPv4 header, with DF and an identification. */
static struct stream_syn *made(unsigned ttl, unsigned window, const char *options, size_t len)
{
    syn = (struct stream_syn){.seen = true,
                              .dont_fragment = true,
                              .ttl = (uint8_t)ttl,
                              .window = (uint16_t)window,
                              .ip_id = 7,
                              .ip_header = 20,
                              .option_len = (uint8_t)len};
    memcpy(syn.options, options, len);
    return &syn;
}

#define MADE(ttl, window, options) made(ttl, window, options, sizeof options - 1)

static struct addr address(const char *text)
{
    struct addr addr;
    assert_true(addr_parse(span_text(text), &addr));
    return addr;
}

static void text_is(const char *wanted)
{
    char text[KNOW_SYN_TEXT];
    struct addr client = address(syn.ip_header < 40 ? "192.0.2.1" : "2001:db8::1");
    know_syn_text(&client, &syn, text);
    assert_string_equal(text, wanted);
}

static void is_of(const struct stream_syn *of, enum know_os os, const char *system,
                  const char *text)
{
    assert_int_equal(know_syn_class(of), os);
    if (system == NULL)
        assert_null(know_syn_system(of));
    else
        assert_string_equal(know_syn_system(of), system);
    text_is(text);
}

static void linux_systems(void **state)
{
    (void)state;
    is_of(MADE(63, 64240, MSS SOK TS NOP WS("\x0a")), KNOW_OS_SERVER, "Linux",
          "4:63+1:0:1460:mss*44,10:mss,sok,ts,nop,ws:df,id+:0");
    is_of(MADE(64, 64240, MSS NOP NOP SOK NOP WS("\x07")), KNOW_OS_SERVER,
          "Linux without timestamps", "4:64+0:0:1460:mss*44,7:mss,nop,nop,sok,nop,ws:df,id+:0");
    is_of(MADE(50, 64240, MSS NOP NOP TS NOP WS("\x07")), KNOW_OS_SERVER, "Linux without SACK",
          "4:50+14:0:1460:mss*44,7:mss,nop,nop,ts,nop,ws:df,id+:0");
    is_of(MADE(64, 64240, MSS SOK TS), KNOW_OS_SERVER, "Linux without scaling",
          "4:64+0:0:1460:mss*44,0:mss,sok,ts:df,id+:0");
    is_of(MADE(64, 64240, MSS), KNOW_OS_UNKNOWN, NULL, "4:64+0:0:1460:mss*44,0:mss:df,id+:0");
}

static void other_servers(void **state)
{
    (void)state;
    is_of(MADE(60, 65535, MSS NOP WS("\x06") SOK TS), KNOW_OS_SERVER, "FreeBSD",
          "4:60+4:0:1460:65535,6:mss,nop,ws,sok,ts:df,id+:0");
    is_of(MADE(64, 16384, MSS NOP NOP SOK NOP WS("\x06") NOP NOP TS), KNOW_OS_SERVER, "OpenBSD",
          "4:64+0:0:1460:16384,6:mss,nop,nop,sok,nop,ws,nop,nop,ts:df,id+:0");
}

static void desktops(void **state)
{
    (void)state;
    is_of(MADE(56, 65535, MSS NOP WS("\x06") NOP NOP TS SOK END("\x00")), KNOW_OS_DESKTOP,
          "macOS or iOS", "4:56+8:0:1460:65535,6:mss,nop,ws,nop,nop,ts,sok,eol+1:df,id+:0");
    is_of(MADE(120, 16384, MSS NOP NOP SOK), KNOW_OS_DESKTOP, "Windows 2000",
          "4:120+8:0:1460:16384,0:mss,nop,nop,sok:df,id+:0");
    is_of(MADE(120, 65535, MSS NOP NOP SOK), KNOW_OS_DESKTOP, "Windows XP",
          "4:120+8:0:1460:65535,0:mss,nop,nop,sok:df,id+:0");
    is_of(MADE(128, 65535, MSS NOP WS("\x01") NOP NOP SOK), KNOW_OS_DESKTOP, "Windows XP",
          "4:128+0:0:1460:65535,1:mss,nop,ws,nop,nop,sok:df,id+:0");
    is_of(MADE(128, 65535, MSS NOP WS("\x02") NOP NOP SOK), KNOW_OS_DESKTOP, "Windows XP",
          "4:128+0:0:1460:65535,2:mss,nop,ws,nop,nop,sok:df,id+:0");
    is_of(MADE(128, 65535, MSS NOP WS("\x00") NOP NOP SOK), KNOW_OS_DESKTOP, "Windows XP",
          "4:128+0:0:1460:65535,0:mss,nop,ws,nop,nop,sok:df,id+:0");
    is_of(MADE(117, 8192, MSS NOP WS("\x08") NOP NOP SOK), KNOW_OS_DESKTOP, "Windows Vista to 10",
          "4:117+11:0:1460:8192,8:mss,nop,ws,nop,nop,sok:df,id+:0");
    is_of(MADE(117, 8192, MSS NOP NOP SOK), KNOW_OS_DESKTOP, "Windows Vista to 10",
          "4:117+11:0:1460:8192,0:mss,nop,nop,sok:df,id+:0");
    is_of(MADE(127, 64240, MSS NOP WS("\x08") NOP NOP SOK), KNOW_OS_DESKTOP, "Windows 10 or 11",
          "4:127+1:0:1460:mss*44,8:mss,nop,ws,nop,nop,sok:df,id+:0");
    is_of(MADE(127, 64240, MSS NOP NOP SOK NOP WS("\x07")), KNOW_OS_DESKTOP, "Windows",
          "4:127+1:0:1460:mss*44,7:mss,nop,nop,sok,nop,ws:df,id+:0");
    is_of(MADE(127, 64240, MSS SOK TS NOP WS("\x07")), KNOW_OS_UNKNOWN, NULL,
          "4:127+1:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0");
}

static void ipv6(void **state)
{
    (void)state;
    MADE(63, 64800, MSS6 SOK TS NOP WS("\x0a"));
    syn.ip_header = 40;
    syn.quirks = SYN_FLOW_LABEL;
    is_of(&syn, KNOW_OS_SERVER, "Linux", "6:63+1:0:1440:mss*45,10:mss,sok,ts,nop,ws:flow:0");
    MADE(128, 64800, MSS6 NOP WS("\x08") NOP NOP SOK);
    syn.ip_header = 48;
    is_of(&syn, KNOW_OS_DESKTOP, "Windows 10 or 11",
          "6:128+0:8:1440:mss*45,8:mss,nop,ws,nop,nop,sok::0");
}

static void windows(void **state)
{
    (void)state;
    MADE(64, 1448 * 10, MSS TS);
    text_is("4:64+0:0:1460:mss*10,0:mss,ts:df,id+:0");
    MADE(64, 1500 * 2, MSS);
    text_is("4:64+0:0:1460:mtu*2,0:mss:df,id+:0");
    MADE(64, 1440 * 4, "\x02\x04\x05\x78"); /* 1400: the MTU of the link is 1440 */
    text_is("4:64+0:0:1400:mtu*4,0:mss:df,id+:0");
    MADE(64, 0, MSS);
    text_is("4:64+0:0:1460:0,0:mss:df,id+:0");
    MADE(64, 64240, SOK);
    text_is("4:64+0:0:0:64240,0:sok:df,id+:0");
}

static void quirks(void **state)
{
    (void)state;
    MADE(64, 1024, MSS);
    syn.dont_fragment = false;
    text_is("4:64+0:0:1460:1024,0:mss::0");
    syn.ip_id = 0;
    syn.ip_header = 24;
    text_is("4:64+0:4:1460:1024,0:mss:id-:0");
    syn.dont_fragment = true;
    syn.quirks = 0xff ^ SYN_FLOW_LABEL;
    syn.payload = true;
    text_is("4:64+0:4:1460:1024,0:mss:df,ecn,0+,seq-,ack+,uptr+,urgf+,pushf+:+");
    MADE(200, 1024, "\x08\x0a\x00\x00\x00\x00\x00\x00\x00\x01" WS("\x0f") END("\x00\x01"));
    text_is("4:200+?:0:0:1024,15:ts,ws,eol+2:df,id+,ts1-,ts2+,opt+,exws:0");
    MADE(30, 1024, "\x05\x0a\x00\x00\x00\x00\x00\x00\x00\x01\xfe\x04\x00\x00");
    text_is("4:30+2:0:0:1024,0:sack,?254:df,id+:0");
    syn.seen = false;
    text_is("");
    assert_int_equal(know_syn_class(&syn), KNOW_OS_UNKNOWN);
    assert_null(know_syn_system(&syn));
}

static void damaged(void **state)
{
    (void)state;
    MADE(64, 1024, "\x02\x05\x05\xb4" SOK); /* a wrong length of what has only one */
    text_is("4:64+0:0:1460:1024,0:mss,sok:df,id+,bad:0");
    MADE(64, 1024, MSS "\x08\x0a\x00");
    text_is("4:64+0:0:1460:1024,0:mss,ts:df,id+,bad:0");
    syn.options_cut = true;
    text_is("4:64+0:0:1460:1024,0:mss,ts:df,id+:0");
    MADE(64, 1024, "\x1e\x00");
    text_is("4:64+0:0:0:1024,0:?30:df,id+,bad:0");
    MADE(64, 1024, "\x1e");
    text_is("4:64+0:0:0:1024,0:?30:df,id+,bad:0");
}

/* Every length of every start: nothing is read that is not there, and the text has room. */
static void any_octets(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 256; kind++) {
        char options[STREAM_SYN_OPTIONS], text[KNOW_SYN_TEXT];
        struct addr client = address("192.0.2.1");
        memset(options, (int)kind, sizeof options);
        options[0] = 2;
        for (size_t len = 0; len <= sizeof options; len++) {
            made(255, 65535, options, len);
            syn.quirks = 0xff;
            know_syn_text(&client, &syn, text);
            assert_true(strlen(text) < KNOW_SYN_TEXT - 1);
            assert_non_null(strstr(text, ":0"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linux_systems), cmocka_unit_test(other_servers),
        cmocka_unit_test(desktops),      cmocka_unit_test(ipv6),
        cmocka_unit_test(windows),       cmocka_unit_test(quirks),
        cmocka_unit_test(damaged),       cmocka_unit_test(any_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
