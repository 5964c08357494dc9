/* Content-Type, RFC 2045 5.1: type, then parameters that semicolons part; quoted or not. */
#include "ctype.h"

/* Length of the parameter that begins text, up to its semicolon. */
static size_t param_len(struct span text)
{
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        if (quoted && text.at[i] == '\\')
            i++;
        else if (text.at[i] == '"')
            quoted = !quoted;
        else if (text.at[i] == ';' && !quoted)
            return i;
    }
    return text.len;
}

static struct span unquoted(struct span value)
{
    if (value.len == 0 || value.at[0] != '"') {
        size_t len = 0;
        while (len < value.len && value.at[len] > ' ')
            len++;
        return span_head(value, len);
    }
    value = span_skip(value, 1);
    return span_head(value, span_find(value, '"'));
}

struct span ctype_param(struct span params, struct span name)
{
    while (params.len > 0) {
        size_t len = param_len(params);
        struct span param = span_head(params, len);
        size_t equals = span_find(param, '=');
        if (equals < param.len && span_equal_nocase(span_trim(span_head(param, equals)), name))
            return unquoted(span_trim(span_skip(param, equals + 1)));
        params = span_skip(params, len + 1);
    }
    return SPAN_NULL;
}

struct ctype ctype_parse(struct span value)
{
    struct ctype ctype = {0};
    size_t len = 0;
    while (len < value.len && value.at[len] != ';' && value.at[len] > ' ' && value.at[len] != '(')
        len++;
    ctype.type = span_head(value, len);
    struct span params = span_skip(value, span_find(value, ';') + 1);
    if (span_starts_nocase(ctype.type, SPAN_LITERAL("multipart/"))) {
        ctype.boundary = ctype_param(params, SPAN_LITERAL("boundary"));
        ctype.report_type = ctype_param(params, SPAN_LITERAL("report-type"));
    }
    return ctype;
}

bool ctype_is(const struct ctype *ctype, struct span type)
{
    if (type.len > 0 && type.at[type.len - 1] == '/')
        return span_starts_nocase(ctype->type, type);
    return span_equal_nocase(ctype->type, type);
}
