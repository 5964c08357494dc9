/*
 * Encoded words, RFC 2047, with the language suffix of RFC 2231 5. Words that follow each other in
 * the same character set are put together before they are converted, because many senders cut a
 * character in two.
 */
#include "words.h"

#include "codec.h"

#include <iconv.h>

#include <mxtap/mail.h>

#define PIECE 256

struct charset {
    const char *name; /* lower case */
    const char *iconv;
};

/* clang-format off */
static const struct charset charsets[] = {
    {"utf-8", ""}, {"utf8", ""}, {"us-ascii", ""}, {"ascii", ""},
    {"iso-8859-1", "ISO-8859-1"}, {"iso-8859-2", "ISO-8859-2"}, {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"}, {"iso-8859-5", "ISO-8859-5"}, {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"}, {"iso-8859-8", "ISO-8859-8"}, {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9"}, {"iso-8859-10", "ISO-8859-10"}, {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"}, {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"}, {"latin1", "ISO-8859-1"},
    {"windows-1250", "CP1250"}, {"windows-1251", "CP1251"}, {"windows-1252", "CP1252"},
    {"windows-1253", "CP1253"}, {"windows-1254", "CP1254"}, {"windows-1255", "CP1255"},
    {"windows-1256", "CP1256"}, {"windows-1257", "CP1257"}, {"windows-1258", "CP1258"},
    {"windows-874", "CP874"}, {"cp1250", "CP1250"}, {"cp1251", "CP1251"}, {"cp1252", "CP1252"},
    {"cp866", "CP866"}, {"ibm850", "IBM850"}, {"macintosh", "MACINTOSH"},
    {"koi8-r", "KOI8-R"}, {"koi8-u", "KOI8-U"}, {"tis-620", "TIS-620"},
    {"gb2312", "GBK"}, {"gbk", "GBK"}, {"gb18030", "GB18030"}, {"big5", "BIG5"},
    {"shift_jis", "SHIFT_JIS"}, {"euc-jp", "EUC-JP"}, {"iso-2022-jp", "ISO-2022-JP"},
    {"euc-kr", "EUC-KR"}, {"ks_c_5601-1987", "UHC"},
};
/* clang-format on */

/* One encoded word, taken apart. */
struct word {
    const char *charset;
    bool base64;
    struct span text;
    size_t len; /* of the whole word */
};

void words_init(struct words *words)
{
    *words = (struct words){0};
    buf_init(&words->raw, MAIL_FIELD_MAX);
    buf_init(&words->out, MAIL_FIELD_MAX);
}

static void close_converter(struct words *words)
{
    if (words->converter != NULL)
        iconv_close(words->converter);
    words->converter = NULL;
}

void words_done(struct words *words)
{
    close_converter(words);
    buf_done(&words->raw);
    buf_done(&words->out);
}

const char *words_charset(struct span name)
{
    name = span_head(name, span_find(name, '*'));
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        if (span_equal_nocase(name, span_text(charsets[i].name)))
            return charsets[i].iconv;
    return NULL;
}

const char *words_charset_at(size_t index)
{
    return index < sizeof charsets / sizeof *charsets ? charsets[index].iconv : NULL;
}

/* "=?charset?B?text?=" at the start of text. */
static bool word_parse(struct span text, struct word *ret_word)
{
    if (!span_starts(text, SPAN_LITERAL("=?")))
        return false;
    struct span rest = span_skip(text, 2);
    size_t charset_len = span_find(rest, '?');
    const char *charset = words_charset(span_head(rest, charset_len));
    rest = span_skip(rest, charset_len);
    if (charset == NULL || rest.len < 4 || rest.at[2] != '?')
        return false;
    uint8_t encoding = span_lower_octet(rest.at[1]);
    rest = span_skip(rest, 3);
    size_t len = span_find_span(rest, SPAN_LITERAL("?="));
    if ((encoding != 'b' && encoding != 'q') || len == rest.len)
        return false;
    *ret_word = (struct word){charset, encoding == 'b', span_head(rest, len),
                              (size_t)(rest.at - text.at) + len + 2};
    return true;
}

/* What cannot be converted becomes U+FFFD, an octet at a time. */
static void convert(struct words *words)
{
    char *in = (char *)words->raw.at;
    size_t in_left = words->raw.len;
    (void)iconv(words->converter, NULL, NULL, NULL, NULL);
    while (in_left > 0 && !words->out.truncated) {
        char piece[PIECE];
        char *out = piece;
        size_t out_left = sizeof piece;
        size_t before = in_left;
        size_t result = iconv(words->converter, &in, &in_left, &out, &out_left);
        buf_add(&words->out, span_make(piece, sizeof piece - out_left));
        bool no_room = result == (size_t)-1 && out_left < PIECE / 2;
        if (result == (size_t)-1 && in_left > 0 && (!no_room || in_left == before)) {
            buf_add_text(&words->out, "\xef\xbf\xbd");
            in++;
            in_left--;
        }
    }
}

/* Writes what waits for the converter. */
static void flush(struct words *words)
{
    if (words->raw.len == 0)
        return;
    if (words->converter != NULL && words->charset[0] != '\0')
        convert(words);
    else
        buf_add(&words->out, buf_span(&words->raw));
    words->cut |= words->raw.truncated;
    buf_clear(&words->raw);
}

/* False where the set has no converter here. */
static bool use_charset(struct words *words, const char *charset)
{
    if (words->charset == charset)
        return charset[0] == '\0' || words->converter != NULL;
    flush(words);
    words->charset = charset;
    close_converter(words);
    if (charset[0] == '\0')
        return true;
    iconv_t converter = iconv_open("UTF-8", charset);
    words->converter = converter == (iconv_t)-1 ? NULL : converter;
    return words->converter != NULL;
}

static void put_word(struct words *words, const struct word *word)
{
    if (word->base64)
        codec_base64(word->text, &words->raw);
    else
        codec_q(word->text, &words->raw);
}

static size_t blanks(struct span text)
{
    size_t len = 0;
    while (len < text.len && (text.at[len] == ' ' || text.at[len] == '\t'))
        len++;
    return len;
}

/* Ordinary text has hardly a "=", and that is quicker to look for than "=?". */
static bool may_have_word(struct span text)
{
    text = span_skip(text, span_find(text, '='));
    return text.len > 1 && span_find_span(text, SPAN_LITERAL("=?")) < text.len;
}

struct span words_decode(struct words *words, struct arena *arena, struct span text)
{
    if (!may_have_word(text))
        return text;
    bool after_word = false;
    buf_clear(&words->out);
    buf_clear(&words->raw);
    while (text.len > 0) {
        struct word word;
        size_t blank = after_word ? blanks(text) : 0;
        if (word_parse(span_skip(text, blank), &word) && use_charset(words, word.charset)) {
            put_word(words, &word);
            text = span_skip(text, blank + word.len);
            after_word = true;
            continue;
        }
        flush(words);
        /* Up to the next place where a word may begin. */
        size_t len = blank + 1;
        while (len < text.len && text.at[len] != '=')
            len++;
        buf_add(&words->out, span_head(text, len));
        text = span_skip(text, len);
        after_word = false;
    }
    flush(words);
    words->cut |= words->out.truncated;
    struct span kept = arena_keep(arena, buf_span(&words->out));
    buf_clear_keep(&words->out, WORDS_KEEP);
    buf_clear_keep(&words->raw, WORDS_KEEP);
    return kept;
}
