/* libnids puts the streams of a capture together and a callback looks at none of it: what stream
 * reassembly alone costs there. Checksums, scan detection and its syslog messages are off.
 * usage: loop_nids FILE */
#include <nids.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t streams;
static uint64_t octets;

static void no_report(int type, int error, struct ip *packet, void *data)
{
    (void)type;
    (void)error;
    (void)packet;
    (void)data;
}

static void on_stream(struct tcp_stream *stream, void **param)
{
    (void)param;
    switch (stream->nids_state) {
    case NIDS_JUST_EST:
        stream->client.collect++;
        stream->server.collect++;
        streams++;
        break;
    case NIDS_DATA:
        octets += (uint64_t)(stream->client.count_new + stream->server.count_new);
        break;
    default: break;
    }
}

int main(int argc, char **argv)
{
    struct nids_chksum_ctl no_checksums;

    if (argc != 2) {
        fprintf(stderr, "usage: loop_nids FILE\n");
        return 1;
    }
    memset(&no_checksums, 0, sizeof no_checksums);
    no_checksums.action = NIDS_DONT_CHKSUM;
    nids_register_chksum_ctl(&no_checksums, 1);
    nids_params.filename = argv[1];
    nids_params.n_tcp_streams = 65536;
    nids_params.scan_num_hosts = 0;
    nids_params.syslog = no_report;
    nids_params.multiproc = 0;
    if (!nids_init()) {
        fprintf(stderr, "%s: %s\n", argv[1], nids_errbuf);
        return 1;
    }
    nids_register_tcp(on_stream);
    nids_run();
    printf("%llu streams, %llu bytes\n", (unsigned long long)streams, (unsigned long long)octets);
    return 0;
}
