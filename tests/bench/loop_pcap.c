/* The floor of the bench: libpcap reads a capture and every packet is dropped at once.
 * usage: loop_pcap [-b OCTETS] FILE     -b: stdio buffer of that size */
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct total {
    uint64_t packets;
    uint64_t bytes;
};

static void count(u_char *user, const struct pcap_pkthdr *head, const u_char *bytes)
{
    struct total *total = (struct total *)user;

    (void)bytes;
    total->packets++;
    total->bytes += head->caplen;
}

/* glibc takes the size of a buffer only together with the buffer, hence room. */
static pcap_t *open_capture(const char *name, char *room, size_t buffer)
{
    char cause[PCAP_ERRBUF_SIZE];
    FILE *file = fopen(name, "rb");
    pcap_t *pcap;

    if (!file) {
        perror(name);
        return NULL;
    }
    if (room)
        setvbuf(file, room, _IOFBF, buffer);
    pcap = pcap_fopen_offline(file, cause);
    if (!pcap) {
        fprintf(stderr, "%s: %s\n", name, cause);
        fclose(file);
    }
    return pcap;
}

int main(int argc, char **argv)
{
    struct total total = {0, 0};
    char *room = NULL;
    size_t buffer = 0;
    pcap_t *pcap;
    int option;

    while ((option = getopt(argc, argv, "b:")) != -1) {
        if (option != 'b')
            return 1;
        buffer = strtoul(optarg, NULL, 10);
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "usage: loop_pcap [-b OCTETS] FILE\n");
        return 1;
    }
    if (buffer)
        room = malloc(buffer);
    pcap = open_capture(argv[optind], room, buffer);
    if (!pcap)
        return 1;
    if (pcap_loop(pcap, -1, count, (u_char *)&total) < 0) {
        fprintf(stderr, "%s: %s\n", argv[optind], pcap_geterr(pcap));
        return 2;
    }
    pcap_close(pcap);
    free(room);
    printf("%llu packets, %llu bytes\n", (unsigned long long)total.packets,
           (unsigned long long)total.bytes);
    return 0;
}
