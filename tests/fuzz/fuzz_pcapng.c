/*
 * capture on hostile files: pcapng, and pcap and gzip too, for the first octets decide. The input
 * stands in a file in memory (memfd_create) that is opened by its name under /proc.
 */
#include <assert.h>
#include <mxtap/capture.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned fuzz_sum;

static void fuzz_on_damage(void *arg, const char *file, uint64_t byte, const char *cause)
{
    unsigned *count = arg;
    (void)file;
    (void)byte;
    assert(cause[0] != '\0');
    ++*count;
}

static void fuzz_read(const char *name)
{
    unsigned damaged = 0;
    struct capture_options options = {&name, 1, fuzz_on_damage, &damaged};
    struct capture *capture;
    if (capture_open(&options, &capture, NULL, 0) != ERR_NONE)
        return;
    struct packet packet;
    for (unsigned count = 0; count < 10000 && capture_next(capture, &packet) == 1; count++) {
        assert(packet.data.len <= 262144);
        for (size_t i = 0; i < packet.data.len; i++)
            fuzz_sum = fuzz_sum + packet.data.at[i];
    }
    assert(damaged <= 1);
    capture_close(capture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);
    if (fd < 0)
        return 0;
    if (write(fd, data, size) == (ssize_t)size) {
        char name[64];
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        fuzz_read(name);
    }
    close(fd);
    return 0;
}
