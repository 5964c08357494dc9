/* bulk_answer: what becomes of each record, by its item; answers that make no sense settle nothing.
 */
#include "bulk_answer.h"
#include "helper_http.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

#define COUNT 3

struct stage {
    struct http_options options;
    struct http *http;
    struct parcel parcels[COUNT + 1];
    struct delivery delivery;
};

static void begin(struct stage *stage)
{
    *stage = (struct stage){0};
    setting_defaults(http_settings, &stage->options);
    stage->options.url = strdup("http://127.0.0.1:9");
    char message[200];
    assert_int_equal(http_new(&stage->options, &stage->http, message, sizeof message), ERR_NONE);
    for (size_t i = 0; i < COUNT; i++)
        snprintf(stage->parcels[i].record.id, RECORD_ID, "%032zx", i);
}

static void end(struct stage *stage)
{
    http_free(stage->http);
    setting_done(http_settings, &stage->options);
}

static void read_answer(struct stage *stage, const char *text, size_t len)
{
    struct http_answer answer;
    http_answer_init(&answer);
    answer.status = 200;
    buf_add(&answer.body, span_make(text, len));
    stage->delivery = (struct delivery){.parcels = stage->parcels, .count = COUNT};
    bulk_answer_read(stage->http, &answer, stage->parcels, COUNT, &stage->delivery);
    http_answer_done(&answer);
}

#define ITEM(status)        "{\"create\":{\"status\":" #status "}}"
#define FAILED(status, why) "{\"create\":{\"status\":" #status ",\"error\":" why "}}"
#define ANSWER(a, b, c)     "{\"errors\":true,\"items\":[" a "," b "," c "]}"

static void test_items(void **state)
{
    (void)state;
    static const struct {
        const char *item;
        enum parcel_state state;
        const char *answer; /* of the parcel, or of the delivery */
    } rows[] = {
        {ITEM(201), PARCEL_DELIVERED, ""},
        {ITEM(200), PARCEL_DELIVERED, ""},
        {ITEM(409), PARCEL_DELIVERED, ""},
        {FAILED(409, "{\"type\":\"version_conflict_engine_exception\",\"reason\":\"there\"}"),
         PARCEL_DELIVERED, ""},
        {FAILED(409, "{\"type\":\"other\",\"reason\":\"r\"}"), PARCEL_WAITING, "409 other: r"},
        {FAILED(400, "{\"type\":\"mapper_parsing_exception\",\"reason\":\"no\\nnumber\"}"),
         PARCEL_REFUSED, "400 mapper_parsing_exception: no number"},
        {FAILED(400, "\"old style\""), PARCEL_REFUSED, "400 "},
        {FAILED(413, "{\"type\":5}"), PARCEL_REFUSED, "413 "},
        {FAILED(429, "{\"type\":\"es_rejected_execution_exception\",\"reason\":\"full\"}"),
         PARCEL_WAITING, "429 es_rejected_execution_exception: full"},
        {FAILED(503, "{\"type\":\"unavailable_shards_exception\"}"), PARCEL_WAITING,
         "503 unavailable_shards_exception"},
        {FAILED(403, "{\"type\":\"cluster_block_exception\"}"), PARCEL_WAITING, "403 cluster"},
        {FAILED(404, "{\"type\":\"index_not_found_exception\"}"), PARCEL_WAITING, "404 index"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stage stage;
        begin(&stage);
        char text[500];
        snprintf(text, sizeof text, ANSWER(ITEM(201), "%s", ITEM(201)), rows[i].item);
        read_answer(&stage, text, strlen(text));
        assert_int_equal(stage.parcels[0].state, PARCEL_DELIVERED);
        assert_int_equal(stage.parcels[1].state, rows[i].state);
        assert_int_equal(stage.parcels[2].state, PARCEL_DELIVERED);
        bool waits = rows[i].state == PARCEL_WAITING;
        const char *said = waits ? stage.delivery.trouble : stage.parcels[1].answer;
        assert_non_null(strstr(said, rows[i].answer));
        assert_int_equal(stage.delivery.trouble[0] != '\0', waits);
        if (waits)
            assert_non_null(strstr(said, "1 of 3 records not taken: "));
        end(&stage);
    }
}

/* Only those that wait have an item. */
static void test_some_are_settled(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    stage.parcels[0].state = PARCEL_REFUSED;
    stage.parcels[2].state = PARCEL_DELIVERED;
    static const char answer[] = "{\"items\":[{\"create\":{\"status\":201,"
                                 "\"_id\":\"00000000000000000000000000000001\"}}]}";
    read_answer(&stage, answer, sizeof answer - 1);
    assert_int_equal(stage.parcels[0].state, PARCEL_REFUSED);
    assert_int_equal(stage.parcels[1].state, PARCEL_DELIVERED);
    assert_string_equal(stage.delivery.trouble, "");
    end(&stage);
}

static void nothing_settled(struct stage *stage, const char *text, size_t len)
{
    read_answer(stage, text, len);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(stage->parcels[i].state, PARCEL_WAITING);
    assert_true(stage->delivery.trouble[0] != '\0');
}

static void test_nonsense(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "",
        "null",
        "[]",
        "\"items\"",
        "{}",
        "{\"items\":null}",
        "{\"items\":{}}",
        "{\"items\":[]}",
        "{\"items\":[" ITEM(201) "," ITEM(201) "]}",
        "{\"items\":[" ITEM(201) "," ITEM(201) "," ITEM(201) "," ITEM(201) "]}",
        ANSWER(ITEM(201), ITEM(201), "7"),
        ANSWER(ITEM(201), ITEM(201), "null"),
        ANSWER(ITEM(201), ITEM(201), "{\"delete\":{\"status\":200}}"),
        ANSWER(ITEM(201), ITEM(201), "{\"create\":[]}"),
        ANSWER(ITEM(201), ITEM(201), "{\"create\":{\"status\":\"201\"}}"),
        ANSWER(ITEM(201), ITEM(201), ITEM(201.0)),
        ANSWER(ITEM(201), ITEM(201), ITEM(99)),
        ANSWER(ITEM(201), ITEM(201), ITEM(99999999999999999999)),
        ANSWER(ITEM(201), ITEM(201), "{\"create\":{\"status\":201,\"_id\":\"7\"}}"),
        "{\"error\":{\"type\":\"x\"},\"status\":500}",
        "<html>502</html>",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct stage stage;
        begin(&stage);
        nothing_settled(&stage, answers[i], strlen(answers[i]));
        end(&stage);
    }
}

/* A good answer that is cut anywhere is none. */
static void test_cut(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    static const char answer[] =
        ANSWER(ITEM(201), FAILED(400, "{\"type\":\"a\",\"reason\":\"b\"}"), ITEM(409));
    for (size_t len = 0; len < sizeof answer - 1; len++)
        nothing_settled(&stage, answer, len);
    read_answer(&stage, answer, sizeof answer - 1);
    assert_int_equal(stage.parcels[1].state, PARCEL_REFUSED);
    end(&stage);
}

static void test_too_long(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    struct buf answer;
    buf_init(&answer, 1 << 20);
    buf_add_text(&answer, "{\"items\":[" ITEM(201) "," ITEM(201) "," ITEM(201) "],\"more\":[0");
    while (answer.len < 100000)
        buf_add_text(&answer, ",0");
    buf_add_text(&answer, "]}");
    nothing_settled(&stage, (const char *)answer.at, answer.len);
    buf_done(&answer);
    end(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),    cmocka_unit_test(test_some_are_settled),
        cmocka_unit_test(test_nonsense), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_too_long),
    };
    return helper_http_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
