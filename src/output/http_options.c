/* http_options: the settings that all sinks over HTTP share, and what is wrong with them. */
#include "http.h"

#include <stdio.h>

#define OPTION(member) offsetof(struct http_options, member)

const struct setting http_settings[] = {
    {"url", SETTING_TEXT, "", "", 0, 0, NULL,
     "where the receiver is: http:// or https://, without user and password", OPTION(url)},
    {"user", SETTING_TEXT, "", "", 0, 0, NULL, "user of basic authentication", OPTION(user)},
    {"password", SETTING_SECRET, "", "", 0, 0, NULL,
     "the user's password: file:, env:, credential:", OPTION(password)},
    {"bearer", SETTING_SECRET, "", "", 0, 0, NULL,
     "token of bearer authentication: file:, env:, credential:", OPTION(bearer)},
    {"tls_ca", SETTING_TEXT, "", "", 0, 0, NULL,
     "file of the authorities that the receiver's certificate may be from (PEM); empty: the "
     "system's",
     OPTION(tls_ca)},
    {"tls_cert", SETTING_TEXT, "", "", 0, 0, NULL, "file of our own certificate (PEM)",
     OPTION(tls_cert)},
    {"tls_key", SETTING_TEXT, "", "", 0, 0, NULL, "file of its key (PEM, without a password)",
     OPTION(tls_key)},
    {"proxy", SETTING_TEXT, "", "", 0, 0, NULL,
     "http://host:port of a proxy; empty: none, whatever the environment says", OPTION(proxy)},
    {"proxy_user", SETTING_TEXT, "", "", 0, 0, NULL, "user of the proxy", OPTION(proxy_user)},
    {"proxy_password", SETTING_SECRET, "", "", 0, 0, NULL,
     "the proxy user's password: file:, env:, credential:", OPTION(proxy_password)},
    {"gzip", SETTING_BOOL, "false", "", 0, 0, NULL, "are bodies packed?", OPTION(gzip)},
    {"connect_time", SETTING_SECONDS, "5", "", 0.1, 600, NULL, "how long connecting may take",
     OPTION(connect_time)},
    {"answer_time", SETTING_SECONDS, "30", "", 0.1, 3600, NULL,
     "how long a request may take, with connecting", OPTION(answer_time)},
    SETTING_END,
};

/* What is wrong with it as a URL (RFC 3986 3) for us, or NULL. */
static const char *url_problem(struct span url)
{
    bool secure = span_starts_nocase(url, SPAN_LITERAL("https://"));
    if (!secure && !span_starts_nocase(url, SPAN_LITERAL("http://")))
        return "does not begin with http:// or https://";
    for (size_t i = 0; i < url.len; i++) {
        if (url.at[i] <= ' ' || url.at[i] >= 0x7f || url.at[i] == '#')
            return "has a character that does not belong there";
    }
    struct span rest = span_skip(url, secure ? 8 : 7);
    size_t end = span_find(rest, '/');
    size_t query = span_find(rest, '?');
    struct span authority = span_head(rest, end < query ? end : query);
    if (span_find(authority, '@') < authority.len)
        return "has a user in it: user and password are settings of their own";
    return authority.len == 0 || authority.at[0] == ':' ? "has no host" : NULL;
}

static const char *access_problem(const struct http_options *options)
{
    if (options->password != NULL && options->user == NULL)
        return "password: there is no user for it";
    if (options->user != NULL && options->bearer != NULL)
        return "bearer: there is a user already; only one of both can be shown";
    if (options->user != NULL && strchr(options->user, ':') != NULL)
        return "user: has a colon in it, which basic authentication does not allow";
    if ((options->tls_cert == NULL) != (options->tls_key == NULL))
        return options->tls_key == NULL ? "tls_key: is missing for tls_cert"
                                        : "tls_cert: is missing for tls_key";
    if (strncasecmp(options->url, "https", 5) != 0 &&
        (options->tls_ca != NULL || options->tls_cert != NULL))
        return options->tls_ca != NULL ? "tls_ca: is for a url with https:// only"
                                       : "tls_cert: is for a url with https:// only";
    return NULL;
}

static const char *proxy_problem(const struct http_options *options)
{
    if (options->proxy == NULL)
        return options->proxy_user != NULL || options->proxy_password != NULL
                   ? "proxy: is missing for proxy_user"
                   : NULL;
    if (options->proxy_password != NULL && options->proxy_user == NULL)
        return "proxy_password: there is no proxy_user for it";
    if (options->proxy_user != NULL && strchr(options->proxy_user, ':') != NULL)
        return "proxy_user: has a colon in it, which basic authentication does not allow";
    return NULL;
}

static enum err refuse(const char *setting, const char *problem, char *ret_message, size_t size)
{
    snprintf(ret_message, size, "%s%s", setting, problem);
    return ERR_CONFIG;
}

enum err http_check(const struct http_options *options, char *ret_message, size_t size)
{
    if (options->url == NULL)
        return refuse("", "url: is missing", ret_message, size);
    const char *problem = url_problem(span_text(options->url));
    if (problem != NULL)
        return refuse("url: ", problem, ret_message, size);
    problem = access_problem(options);
    if (problem == NULL)
        problem = proxy_problem(options);
    if (problem != NULL)
        return refuse("", problem, ret_message, size);
    if (options->proxy == NULL)
        return ERR_NONE;
    problem = url_problem(span_text(options->proxy));
    if (problem == NULL && strncasecmp(options->proxy, "http:", 5) != 0)
        problem = "does not begin with http://";
    return problem == NULL ? ERR_NONE : refuse("proxy: ", problem, ret_message, size);
}
