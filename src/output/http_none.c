/* http_none: the answer of a build without libcurl (MXTAP_HTTP=OFF). */

#ifndef MXTAP_HTTP

#include "http.h"

#include <stdio.h>

enum err http_new(const struct http_options *options, struct http **ret_http, char *ret_message,
                  size_t size)
{
    (void)options;
    (void)ret_http;
    snprintf(ret_message, size, "this build was made without HTTP (MXTAP_HTTP)");
    return ERR_SUPPORT;
}

void http_free(struct http *http)
{
    (void)http;
}

void http_post(struct http *http, const struct http_request *request, int stop,
               struct http_answer *ret_answer)
{
    (void)http;
    (void)request;
    (void)stop;
    (void)ret_answer;
}

void http_quote(const struct http *http, struct span text, char *ret_text, size_t size)
{
    (void)http;
    (void)text;
    if (size > 0)
        ret_text[0] = '\0';
}

#endif
