/* Received lines in the styles of the servers, as "helo=|name=|addr=|by=|with=|id=|for=|=address|".
 */
#include "helper_summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct golden {
    const char *line;
    const char *parsed;
};

#define DATE  "Mon, 19 Jun 2006 06:18:46 +0000"
#define STAMP "2006-06-19T06:18:46|"

static const struct golden postfix[] = {
    {"from mail.sender.example (mail.sender.example [192.0.2.1]) by mx.rcpt.example (Postfix) "
     "with ESMTP id 4A5B6C7D8 for <joe@rcpt.example>; " DATE " (UTC)",
     "helo=mail.sender.example|name=mail.sender.example|addr=192.0.2.1|by=mx.rcpt.example|"
     "with=ESMTP|id=4A5B6C7D8|for=<joe@rcpt.example>|=192.0.2.1|" STAMP},
    {"from friend (unknown [198.51.100.7]) by mx.rcpt.example (Postfix) with SMTP id 1F2E; " DATE,
     "helo=friend|name=unknown|addr=198.51.100.7|by=mx.rcpt.example|with=SMTP|id=1F2E|"
     "=198.51.100.7|" STAMP},
    {"from [10.9.8.7] (cable-7.pool.example [203.0.113.9]) by mx (Postfix) with SMTP id A; " DATE,
     "helo=[10.9.8.7]|name=cable-7.pool.example|addr=203.0.113.9|by=mx|with=SMTP|id=A|"
     "=203.0.113.9|" STAMP},
    {"from a.example (a.example [IPv6:2001:db8::25]) (using TLSv1.3 with cipher "
     "TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) "
     "by mx.example (Postfix) with ESMTPS id 4QY for <b@mx.example>; " DATE,
     "helo=a.example|name=a.example|addr=2001:db8::25|by=mx.example|with=ESMTPS|id=4QY|"
     "for=<b@mx.example>|=2001:db8::25|" STAMP},
    {"by shell.example (Postfix, from userid 1000) id 77AA; " DATE,
     "by=shell.example|id=77AA|" STAMP},
    {"from laptop (pc.lan [192.0.2.77]) (Authenticated sender: joe) by out.example (Postfix) with "
     "ESMTPA id C0FFEE; " DATE,
     "helo=laptop|name=pc.lan|addr=192.0.2.77|by=out.example|with=ESMTPA|id=C0FFEE|"
     "=192.0.2.77|" STAMP},
    {"from localhost (localhost [127.0.0.1]) by mx.example (Postfix 3.7.11) with ESMTP id 9; " DATE,
     "helo=localhost|name=localhost|addr=127.0.0.1|by=mx.example|with=ESMTP|id=9|"
     "=127.0.0.1|" STAMP},
    {"from x.example (x.example [192.0.2.1]:40222) by mx.example (Postfix) with ESMTP id 8; " DATE,
     "helo=x.example|name=x.example|addr=192.0.2.1|by=mx.example|with=ESMTP|id=8|=192.0.2."
     "1|" STAMP},
    {"from bob (pc.example [UNAVAILABLE]) by mx (Postfix) with SMTP id 7; " DATE,
     "helo=bob|name=pc.example|by=mx|with=SMTP|id=7|" STAMP},
    {"from bob (remark [bad] [192.0.2.4]) by mx (Postfix) with SMTP id 7; " DATE,
     "helo=bob|name=[bad]|addr=192.0.2.4|by=mx|with=SMTP|id=7|=192.0.2.4|" STAMP},
};

static const struct golden exim[] = {
    {"from [192.0.2.5] (helo=pc-5.example) by mx.example with esmtp (Exim 4.96) "
     "(envelope-from <a@b.example>) id 1qAbCd-0001Xy-2Z for joe@mx.example; " DATE,
     "helo=pc-5.example|addr=192.0.2.5|by=mx.example|with=esmtp|id=1qAbCd-0001Xy-2Z|"
     "for=joe@mx.example|=192.0.2.5|" STAMP},
    {"from host-5.pool.example ([192.0.2.5] helo=friend) by mx.example with smtp (Exim 4.62) id "
     "1Fs-1; " DATE,
     "helo=friend|name=host-5.pool.example|addr=192.0.2.5|by=mx.example|with=smtp|id=1Fs-1|"
     "=192.0.2.5|" STAMP},
    {"from mail.b.example ([192.0.2.6]) by mx.example with esmtps "
     "(TLS1.2:ECDHE_RSA_AES_256:256) (exim 4.96) id 1Q; " DATE,
     "helo=mail.b.example|addr=192.0.2.6|by=mx.example|with=esmtps|id=1Q|=192.0.2.6|" STAMP},
    {"from mail.b.example ([192.0.2.6]:51044 helo=b.example ident=exim) by mx with esmtp id "
     "1; " DATE,
     "helo=b.example|name=mail.b.example|addr=192.0.2.6|by=mx|with=esmtp|id=1|=192.0.2.6|" STAMP},
    {"from [192.0.2.7] (port=3223 helo=[10.0.0.7]) by mx.example with smtp id 1; " DATE,
     "helo=[10.0.0.7]|addr=192.0.2.7|by=mx.example|with=smtp|id=1|=192.0.2.7|" STAMP},
    {"from root by host.example with local (Exim 4.50) id 1Dx-0; " DATE,
     "helo=root|by=host.example|with=local|id=1Dx-0|" STAMP},
    {"from [2001:db8::9] (helo=six.example) by mx with esmtp id 2; " DATE,
     "helo=six.example|addr=2001:db8::9|by=mx|with=esmtp|id=2|=2001:db8::9|" STAMP},
};

static const struct golden sendmail[] = {
    {"from relay.example (mx7.relay.example [192.0.2.8]) by mx.example (8.12.11/8.12.11) with "
     "ESMTP "
     "id k5J6IkAa012345 for <joe@mx.example>; " DATE,
     "helo=relay.example|name=mx7.relay.example|addr=192.0.2.8|by=mx.example|with=ESMTP|"
     "id=k5J6IkAa012345|for=<joe@mx.example>|=192.0.2.8|" STAMP},
    {"from a.example (d-4.pool.example [192.0.2.9] (may be forged)) by mx.example "
     "(8.12.11.20060308/8.12.11) with SMTP id k5; " DATE,
     "helo=a.example|name=d-4.pool.example|addr=192.0.2.9|by=mx.example|with=SMTP|id=k5|"
     "=192.0.2.9|" STAMP},
    {"from a.example (IDENT:joe@b.example [192.0.2.9]) by mx.example (8.9.3/8.9.3) id XAA01; " DATE,
     "helo=a.example|name=b.example|addr=192.0.2.9|by=mx.example|id=XAA01|=192.0.2.9|" STAMP},
    {"(from root@localhost) by host.example (8.13.8/8.13.8/Submit) id k5J; " DATE,
     "by=host.example|id=k5J|" STAMP},
    {"from c.example ([192.0.2.10]) by mx.example (8.14.4/8.14.4) with ESMTP id q1 "
     "(version=TLSv1/SSLv3 cipher=AES256 bits=256 verify=NO); " DATE,
     "helo=c.example|addr=192.0.2.10|by=mx.example|with=ESMTP|id=q1|=192.0.2.10|" STAMP},
    {"from c.example (8.8.8) by mx.example (8.8.8) with SMTP; " DATE,
     "helo=c.example|addr=8.8.8|by=mx.example|with=SMTP|impossible|" STAMP},
    {"from c.example (c.example [192.0.2.3]) by mx.example (8.8.8) with SMTP; " DATE,
     "helo=c.example|name=c.example|addr=192.0.2.3|by=mx.example|with=SMTP|=192.0.2.3|" STAMP},
};

static const struct golden qmail[] = {
    {"from unknown (HELO friend) (192.0.2.11) by mx.example with SMTP; 19 Jun 2006 06:18:46 -0000",
     "helo=friend|name=unknown|addr=192.0.2.11|by=mx.example|with=SMTP|=192.0.2.11|" STAMP},
    {"from d-1.pool.example (HELO ?10.0.0.1?) (joe@192.0.2.12) by 0 with SMTP; 19 Jun 2006 "
     "06:18:46 "
     "-0000",
     "helo=?10.0.0.1?|name=d-1.pool.example|addr=192.0.2.12|by=0|with=SMTP|=192.0.2.12|" STAMP},
    {"from mail.d.example (192.0.2.13) by mx.example with SMTP; 19 Jun 2006 06:18:46 -0000",
     "helo=mail.d.example|addr=192.0.2.13|by=mx.example|with=SMTP|=192.0.2.13|" STAMP},
    {"(qmail 4711 invoked by uid 1000); 19 Jun 2006 06:18:46 -0000", STAMP},
    {"(qmail 4712 invoked from network); 19 Jun 2006 06:18:46 -0000", STAMP},
    {"from d.example (HELO d.example) ([192.0.2.14]) (envelope-sender <a@d.example>) by q "
     "(qmail-ldap"
     "-1.03) with SMTP for <b@q>; 19 Jun 2006 06:18:46 -0000",
     "helo=d.example|name=d.example|addr=192.0.2.14|by=q|with=SMTP|for=<b@q>|=192.0.2.14|" STAMP},
    {"from unknown (HELO mx4.e.example) ([192.0.2.15]) by ironport.example with ESMTP; " DATE,
     "helo=mx4.e.example|name=unknown|addr=192.0.2.15|by=ironport.example|with=ESMTP|"
     "=192.0.2.15|" STAMP},
    {"from pc.lan (HELO pc) (joe@x.example@192.0.2.16 with login) by mx.example with SMTP; " DATE,
     "helo=pc|name=pc.lan|addr=192.0.2.16|by=mx.example|with=SMTP|=192.0.2.16|" STAMP},
};

static const struct golden microsoft[] = {
    {"from EX01.corp.example (10.1.1.1) by EX02.corp.example (10.1.1.2) with Microsoft SMTP Server "
     "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.1.2507.6; " DATE,
     "helo=EX01.corp.example|addr=10.1.1.1|by=EX02.corp.example|with=Microsoft SMTP Server|"
     "id=15.1.2507.6|=10.1.1.1|" STAMP},
    {"from f.example ([192.0.2.17]) by mx.example with Microsoft SMTPSVC(6.0.3790.1830);\t " DATE,
     "helo=f.example|addr=192.0.2.17|by=mx.example|with=Microsoft SMTPSVC|=192.0.2.17|" STAMP},
    {"from EX1 ([fe80::1c2d:3e4f%12]) by EX2 ([fe80::aa:bb%13]) with mapi id 14.03.0158.001; " DATE,
     "helo=EX1|addr=fe80::1c2d:3e4f%12|by=EX2|with=mapi|id=14.03.0158.001|"
     "=fe80::1c2d:3e4f|" STAMP},
    {"from P1.prod.example (2001:db8:10::1) by P2.prod.example (2001:db8:10::2) with Microsoft "
     "SMTP "
     "Server (version=TLS1_2) id 15.20.6499.29 via Frontend Transport; " DATE,
     "helo=P1.prod.example|addr=2001:db8:10::1|by=P2.prod.example|with=Microsoft SMTP Server|"
     "id=15.20.6499.29|=2001:db8:10::1|" STAMP},
    {"from mail pickup service by web.example with Microsoft SMTPSVC; " DATE,
     "by=web.example|with=Microsoft SMTPSVC|" STAMP},
    {"from 192.0.2.18 by by1fd.bay.example with HTTP; " DATE,
     "addr=192.0.2.18|by=by1fd.bay.example|with=HTTP|=192.0.2.18|" STAMP},
    {"from EX1 (10.0.0.3) by EX2 (10.0.0.4) with Microsoft SMTP Server (TLS) id 8.1.240.5; " DATE,
     "helo=EX1|addr=10.0.0.3|by=EX2|with=Microsoft SMTP Server|id=8.1.240.5|=10.0.0.3|" STAMP},
    {"by EX2.corp.example with Internet Mail Service (5.5.2653.19) id <L3XYZ>; " DATE,
     "by=EX2.corp.example|with=Internet Mail Service|id=<L3XYZ>|" STAMP},
};

static const struct golden big[] = {
    {"from mail.g.example (mail.g.example. [192.0.2.19]) by mx.google.example with ESMTPS id "
     "x7-20020a05600c for <joe@g.example> (version=TLS1_3 cipher=AES_256 bits=256/256); " DATE
     " (PDT)",
     "helo=mail.g.example|name=mail.g.example|addr=192.0.2.19|by=mx.google.example|with=ESMTPS|"
     "id=x7-20020a05600c|for=<joe@g.example>|=192.0.2.19|" STAMP},
    {"by 10.1.2.3 with SMTP id abc123def; " DATE, "by=10.1.2.3|with=SMTP|id=abc123def|" STAMP},
    {"by 2002:a05:6a10:1::5 with SMTP id ab1csp99; " DATE,
     "by=2002:a05:6a10:1::5|with=SMTP|id=ab1csp99|" STAMP},
    {"from 192.0.2.20 (HELO friend) (192.0.2.20) by mta9.mail.yahoo.example with SMTP; " DATE,
     "helo=friend|addr=192.0.2.20|by=mta9.mail.yahoo.example|with=SMTP|=192.0.2.20|" STAMP},
    {"from 127.0.0.1 (EHLO mail.h.example) (192.0.2.21) by mta1.yahoo.example with SMTPS; " DATE,
     "helo=mail.h.example|addr=192.0.2.21|by=mta1.yahoo.example|with=SMTPS|=192.0.2.21|" STAMP},
    {"from [192.0.2.22] by web7.mail.yahoo.example via HTTP; " DATE,
     "addr=192.0.2.22|by=web7.mail.yahoo.example|=192.0.2.22|" STAMP},
    {"from source ([192.0.2.23]) by exprod5.postini.example ([192.0.2.24]) with SMTP; " DATE,
     "helo=source|addr=192.0.2.23|by=exprod5.postini.example|with=SMTP|=192.0.2.23|" STAMP},
    {"from [192.0.2.25] by server-4.labs.example id 12/34-56789; " DATE,
     "addr=192.0.2.25|by=server-4.labs.example|id=12/34-56789|=192.0.2.25|" STAMP},
};

static const struct golden others[] = {
    {"from friend ([192.0.2.26]) by courier.example with esmtp; " DATE,
     "helo=friend|addr=192.0.2.26|by=courier.example|with=esmtp|=192.0.2.26|" STAMP},
    {"from i.example (pool-9.example [::ffff:192.0.2.27]) (AUTH: LOGIN joe, TLS: TLSv1) by "
     "courier.example with esmtp id 0000000000.44965F16.00001A2B; " DATE,
     "helo=i.example|name=pool-9.example|addr=::ffff:192.0.2.27|by=courier.example|with=esmtp|"
     "id=0000000000.44965F16.00001A2B|=192.0.2.27|" STAMP},
    {"from i.example ([192.0.2.28]) by domino.example (Lotus Domino Release 8.5.3) with ESMTP id "
     "2006061906184612-1234 ; " DATE,
     "helo=i.example|addr=192.0.2.28|by=domino.example|with=ESMTP|id=2006061906184612-1234|"
     "=192.0.2.28|" STAMP},
    {"from friend ([192.0.2.29]) by md.example (MDaemon PRO v9.0.1) with ESMTP id "
     "md50000012.msg for <joe@md.example>; " DATE,
     "helo=friend|addr=192.0.2.29|by=md.example|with=ESMTP|id=md50000012.msg|"
     "for=<joe@md.example>|=192.0.2.29|" STAMP},
    {"from friend [192.0.2.30] by imail.example with ESMTP (SMTPD-9.10) id A1B20044; " DATE,
     "helo=friend|addr=192.0.2.30|by=imail.example|with=ESMTP|id=A1B20044|=192.0.2.30|" STAMP},
    {"from friend [192.0.2.30] by imail.example (SMTPD32-8.15) id A1B2; " DATE,
     "helo=friend|addr=192.0.2.30|by=imail.example|id=A1B2|=192.0.2.30|" STAMP},
    {"from [192.0.2.31] (HELO pc) by cgp.example (CommuniGate Pro SMTP 5.1.16) with ESMTP id "
     "12345678 for joe@cgp.example; " DATE,
     "helo=pc|addr=192.0.2.31|by=cgp.example|with=ESMTP|id=12345678|for=joe@cgp.example|"
     "=192.0.2.31|" STAMP},
    {"from [192.0.2.31] (account joe HELO pc) by cgp.example (CommuniGate Pro SMTP 4.3) with "
     "ESMTPA "
     "id 1; " DATE,
     "helo=pc|addr=192.0.2.31|by=cgp.example|with=ESMTPA|id=1|=192.0.2.31|" STAMP},
    {"from j.example ([192.0.2.32] verified) by cgp.example (CommuniGate Pro SMTP 4.3.9) with "
     "ESMTP "
     "id 2; " DATE,
     "helo=j.example|addr=192.0.2.32|by=cgp.example|with=ESMTP|id=2|=192.0.2.32|" STAMP},
    {"from pop.k.example [192.0.2.33] by localhost with POP3 (fetchmail-6.3.2) for <joe@localhost> "
     "(single-drop); " DATE,
     "helo=pop.k.example|addr=192.0.2.33|by=localhost|with=POP3|for=<joe@localhost>|"
     "=192.0.2.33|" STAMP},
    {"from 192.0.2.34 (SquirrelMail authenticated user joe) by web.example with HTTP; " DATE,
     "addr=192.0.2.34|by=web.example|with=HTTP|=192.0.2.34|" STAMP},
    {"from mx.l.example ([127.0.0.1]) by localhost (mx.l.example [127.0.0.1]) (amavisd-new, port "
     "10024) with ESMTP id uvw for <joe@l.example>; " DATE,
     "helo=mx.l.example|addr=127.0.0.1|by=localhost|with=ESMTP|id=uvw|for=<joe@l.example>|"
     "=127.0.0.1|" STAMP},
    {"from friend (pool-3.example [192.0.2.35]) by sun.example (Sun Java System Messaging Server "
     "6.2 "
     "2006) with SMTP id <0J1X00ABC@sun.example> for joe@sun.example; " DATE,
     "helo=friend|name=pool-3.example|addr=192.0.2.35|by=sun.example|with=SMTP|"
     "id=<0J1X00ABC@sun.example>|for=joe@sun.example|=192.0.2.35|" STAMP},
    {"from m.example (m.example [192.0.2.36]) by mx.example (OpenSMTPD) with ESMTPS id 8b16aa "
     "(TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) for <joe@mx.example>; " DATE,
     "helo=m.example|name=m.example|addr=192.0.2.36|by=mx.example|with=ESMTPS|id=8b16aa|"
     "for=<joe@mx.example>|=192.0.2.36|" STAMP},
    {"from n.example (n.example [192.0.2.37]) (Using TLS) by relay.example with ESMTP id "
     "us-1; " DATE,
     "helo=n.example|name=n.example|addr=192.0.2.37|by=relay.example|with=ESMTP|id=us-1|"
     "=192.0.2.37|" STAMP},
    {"from n.example ([192.0.2.38]) by me.example with MailEnable ESMTP; " DATE,
     "helo=n.example|addr=192.0.2.38|by=me.example|with=MailEnable ESMTP|=192.0.2.38|" STAMP},
    {"from by (by [192.0.2.39]) by by with by id id for for; " DATE,
     "helo=by|name=by|addr=192.0.2.39|by=by|with=by|id=id|for=for|=192.0.2.39|" STAMP},
};

static const struct golden forged[] = {
    {"from [91.122.24.126] by ns2.bt.example; " DATE,
     "addr=91.122.24.126|by=ns2.bt.example|=91.122.24.126|" STAMP},
    {"from 500.202.999.352 by mx.example with SMTP; " DATE,
     "addr=500.202.999.352|by=mx.example|with=SMTP|impossible|" STAMP},
    {"from 000.000.000 (HELO friend) by mx.example; " DATE,
     "helo=friend|addr=000.000.000|by=mx.example|impossible|" STAMP},
    {"from friend ([300.1.2.3]) by mx.example with ESMTP id 1; " DATE,
     "helo=friend|addr=300.1.2.3|by=mx.example|with=ESMTP|id=1|impossible|" STAMP},
    {"from friend (192.168.1.256) by mx.example; " DATE,
     "helo=friend|addr=192.168.1.256|by=mx.example|impossible|" STAMP},
    {"from friend (real.example [0.12.13.14]) by mx.example; " DATE,
     "helo=friend|name=real.example|addr=0.12.13.14|by=mx.example|impossible|" STAMP},
    {"from [1.2.3.4.5] by mx.example; " DATE, "addr=1.2.3.4.5|by=mx.example|impossible|" STAMP},
    {"from a ([192.0.2.1]) by b ([999.1.1.1]) with SMTP; " DATE,
     "helo=a|addr=192.0.2.1|by=b|with=SMTP|=192.0.2.1|impossible|" STAMP},
    {"from 091.122.024.126 by mx.example; " DATE,
     "addr=091.122.024.126|by=mx.example|=91.122.24.126|" STAMP},
    {"from unknown (HELO 192.0.2.400) (192.0.2.40) by mx.example with SMTP; " DATE,
     "helo=192.0.2.400|name=unknown|addr=192.0.2.40|by=mx.example|with=SMTP|=192.0.2.40|"
     "impossible|" STAMP},
    {"from qnx.example (unknown[192.0.2.41]) by mx.example with SMTP; the day before",
     "helo=qnx.example|name=unknown|addr=192.0.2.41|by=mx.example|with=SMTP|=192.0.2.41|"},
    {"from host.example[192.0.2.42] by mx.example; " DATE,
     "helo=host.example|addr=192.0.2.42|by=mx.example|=192.0.2.42|" STAMP},
    {"from (HELO x) (192.0.2.43) by mx; " DATE, "helo=x|addr=192.0.2.43|by=mx|=192.0.2.43|" STAMP},
    {"", ""},
    {"from", ""},
    {"by", ""},
    {";;;", ""},
    {"from a (b [192.0.2.44] by c with d; " DATE,
     "helo=a|name=b|addr=192.0.2.44|=192.0.2.44|" STAMP},
    {"((((((((((", ""},
    {"from \"a b\" by c; " DATE, "helo=\"a b\"|by=c|" STAMP},
};

static void check_table(const struct golden *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mail_received received;
        char text[1024];
        mail_received_parse(span_text(rows[i].line), &received);
        received_text(&received, text, sizeof text);
        if (strcmp(text, rows[i].parsed) != 0)
            print_message("%s\n", rows[i].line);
        assert_string_equal(text, rows[i].parsed);
    }
}

#define CHECK(table)                                                                               \
    static void test_##table(void **state)                                                         \
    {                                                                                              \
        (void)state;                                                                               \
        check_table(table, sizeof table / sizeof *table);                                          \
    }

CHECK(postfix)
CHECK(exim)
CHECK(sendmail)
CHECK(qmail)
CHECK(microsoft)
CHECK(big)
CHECK(others)
CHECK(forged)

/* No beginning of any line may make it read behind the end (the sanitizers watch). */
static void test_every_prefix(void **state)
{
    (void)state;
    static const struct golden *const tables[] = {postfix, exim, sendmail, qmail, others, forged};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (size_t len = 0; len <= strlen(tables[i][1].line); len++) {
            struct mail_received received;
            char *copy = test_malloc(len + 1);
            memcpy(copy, tables[i][1].line, len);
            mail_received_parse(span_make(copy, len), &received);
            assert_true(received.raw.len == len);
            test_free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_postfix),      cmocka_unit_test(test_exim),
        cmocka_unit_test(test_sendmail),     cmocka_unit_test(test_qmail),
        cmocka_unit_test(test_microsoft),    cmocka_unit_test(test_big),
        cmocka_unit_test(test_others),       cmocka_unit_test(test_forged),
        cmocka_unit_test(test_every_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
