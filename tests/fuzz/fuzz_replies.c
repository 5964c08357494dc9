/* Any octets as a reply: as a line, and as text with codes apart. */
#include <mxtap/replies.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct replies *replies; /* compiled once for all inputs */
    char problem[REPLIES_PROBLEM_SIZE];
    if (replies == NULL && replies_new(NULL, &replies, problem) != ERR_NONE)
        abort();
    struct span input = span_make(data, size);
    enum reply_class line = replies_line(replies, input);
    struct span enhanced = span_head(input, size == 0 ? 0 : data[0] % 16U);
    enum reply_class text = replies_class(replies, 550, enhanced, span_skip(input, enhanced.len));
    if (line >= REPLY_CLASSES || line == REPLY_CASCADE || text >= REPLY_CLASSES)
        abort();
    return 0;
}
