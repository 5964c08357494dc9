/* Whole dialogues: pairing, pipelining, transactions, and what they look like with holes. */
#include "smtp/helper_dialogue.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void ordinary(void **state)
{
    (void)state;
    dialogue_check(
        "S: 220 mx.example.com ESMTP Postfix\n"
        "C: EHLO client.example.org\n"
        "S: 250-mx.example.com\nS: 250-PIPELINING\nS: 250-SIZE 10240000\nS: 250 8BITMIME\n"
        "C: MAIL FROM:<a@example.org> SIZE=10\n"
        "S: 250 2.1.0 Ok\n"
        "C: RCPT TO:<b@example.com>\n"
        "S: 250 2.1.5 Ok\n"
        "C: RCPT TO:<c@example.com>\n"
        "S: 550 5.1.1 <c@example.com>: Recipient address rejected: User unknown\n"
        "C: DATA\n"
        "S: 354 End data with <CR><LF>.<CR><LF>\n"
        "C: Subject: x\nC: \nC: ..dot\nC: .\n"
        "S: 250 2.0.0 Ok: queued as 1\n"
        "C: QUIT\n"
        "S: 221 2.0.0 Bye\n",
        "greeting 220 mx.example.com ESMTP Postfix\n"
        "EHLO client.example.org: 250 mx.example.com PIPELINING SIZE 10240000 8BITMIME\n"
        "MAIL a@example.org {SIZE=10}: 250 [2.1.0] Ok\n"
        "RCPT b@example.com: 250 [2.1.5] Ok\n"
        "RCPT c@example.com: 550 [5.1.1] <c@example.com>: Recipient address rejected: "
        "User unknown\n"
        "DATA: 354 End data with <CR><LF>.<CR><LF>\n"
        "content \"Subject: x\\r\\n\\r\\n.dot\\r\\n\"\n"
        "CONTENT: 250 [2.0.0] Ok: queued as 1\n"
        "tx0 <a@example.org>=250 b@example.com=250,c@example.com=550 data=354 "
        "octets=20 verdict=250 by CONTENT\n"
        "QUIT: 221 [2.0.0] Bye\n",
        "ehlo esmtp quit client server");
}

static void pipelined(void **state)
{
    (void)state;
    dialogue_check("S: 220 mx ESMTP\n"
                   "C: EHLO c.example.org\n"
                   "S: 250-mx\nS: 250-PIPELINING\nS: 250 8BITMIME\n"
                   "C: MAIL FROM:<a@example.org>\nC: RCPT TO:<b1@example.com>\n"
                   "C: RCPT TO:<b2@example.com>\nC: RCPT TO:<b3@example.com>\nC: DATA\n"
                   "S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 550 5.1.1 no such user\n"
                   "S: 450 4.2.0 greylisted\nS: 354 go\n"
                   "C: one\nC: .\n|\nC: QUIT\n"
                   "S: 250 queued\nS: 221 bye\n",
                   "greeting 220 mx ESMTP\n"
                   "EHLO c.example.org: 250 mx PIPELINING 8BITMIME\n"
                   "MAIL a@example.org: 250 [2.1.0] Ok\n"
                   "RCPT b1@example.com: 250 [2.1.5] Ok\n"
                   "RCPT b2@example.com: 550 [5.1.1] no such user\n"
                   "RCPT b3@example.com: 450 [4.2.0] greylisted\n"
                   "DATA: 354 go\n"
                   "content \"one\\r\\n\"\n"
                   "CONTENT: 250 queued\n"
                   "tx0 <a@example.org>=250 b1@example.com=250,b2@example.com=550,"
                   "b3@example.com=450 data=354 octets=5 verdict=250 by CONTENT\n"
                   "QUIT: 221 bye\n",
                   "pipelined ehlo esmtp quit client server");
}

/* Postfix as a client: the whole envelope at once, two messages in one session. */
static void two_messages(void **state)
{
    (void)state;
    dialogue_check("S: 220 mx ESMTP\n"
                   "C: EHLO c.example.org\n"
                   "S: 250-mx\nS: 250-PIPELINING\nS: 250 8BITMIME\n"
                   "C: MAIL FROM:<a1@example.org>\nC: RCPT TO:<b1@example.com>\nC: DATA\n"
                   "S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354 go\n"
                   "C: one\nC: .\n"
                   "S: 250 queued\n"
                   "C: MAIL FROM:<a2@example.org>\nC: RCPT TO:<b2@example.com>\nC: DATA\n"
                   "S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\nS: 354 go\n"
                   "C: two two\nC: .\n"
                   "S: 554 5.7.1 spam\n"
                   "C: QUIT\n"
                   "S: 221 bye\n",
                   "greeting 220 mx ESMTP\n"
                   "EHLO c.example.org: 250 mx PIPELINING 8BITMIME\n"
                   "MAIL a1@example.org: 250 [2.1.0] Ok\n"
                   "RCPT b1@example.com: 250 [2.1.5] Ok\n"
                   "DATA: 354 go\n"
                   "content \"one\\r\\n\"\n"
                   "CONTENT: 250 queued\n"
                   "tx0 <a1@example.org>=250 b1@example.com=250 data=354 octets=5 verdict=250 by "
                   "CONTENT\n"
                   "MAIL a2@example.org: 250 [2.1.0] Ok\n"
                   "RCPT b2@example.com: 250 [2.1.5] Ok\n"
                   "DATA: 354 go\n"
                   "content \"two two\\r\\n\"\n"
                   "CONTENT: 554 [5.7.1] spam\n"
                   "tx1 <a2@example.org>=250 b2@example.com=250 data=354 octets=9 verdict=554 by "
                   "CONTENT\n"
                   "QUIT: 221 bye\n",
                   "pipelined ehlo esmtp quit client server");
}

static void prober(void **state)
{
    (void)state;
    dialogue_check("S: 220 mx ESMTP\n"
                   "C: HELO liturgical.com\n"
                   "S: 250 mx Hello adsl.example.net [192.0.2.7]\n"
                   "C: MAIL FROM:<x@liturgical.com>\n"
                   "S: 250 ok\n"
                   "C: RCPT TO:<dead@example.com>\n"
                   "S: 550 5.1.1 <dead@example.com>... User unknown\n"
                   "C: RCPT TO:<live@example.com>\n"
                   "S: 250 ok\n"
                   "C: DATA\n"
                   "S: 354 go\n"
                   "C: .\n"
                   "S: 250 ok\n"
                   "C: MAIL FROM:<y@liturgical.com>\n"
                   "S: 250 ok\n"
                   "C: RCPT TO:<full@example.com>\n"
                   "S: 552 5.2.2 over quota\n"
                   "C: RSET\n"
                   "S: 250 flushed\n",
                   "greeting 220 mx ESMTP\n"
                   "HELO liturgical.com: 250 mx Hello adsl.example.net [192.0.2.7]\n"
                   "MAIL x@liturgical.com: 250 ok\n"
                   "RCPT dead@example.com: 550 [5.1.1] <dead@example.com>... User unknown\n"
                   "RCPT live@example.com: 250 ok\n"
                   "DATA: 354 go\n"
                   "content \"\"\n"
                   "CONTENT: 250 ok\n"
                   "tx0 <x@liturgical.com>=250 dead@example.com=550,live@example.com=250 data=354 "
                   "octets=0 verdict=250 by CONTENT\n"
                   "MAIL y@liturgical.com: 250 ok\n"
                   "RCPT full@example.com: 552 [5.2.2] over quota\n"
                   "RSET: 250 flushed\n"
                   "tx1 <y@liturgical.com>=250 full@example.com=552 by RSET\n",
                   "helo esmtp client server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary),
        cmocka_unit_test(pipelined),
        cmocka_unit_test(two_messages),
        cmocka_unit_test(prober),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
