-- The table that mxtap's sink clickhouse writes to. Works with ClickHouse 18.16 (Debian 12) and
-- later:  clickhouse-client --multiquery < schema.sql
--
-- The sink fills the first eight columns; all others are computed by ClickHouse from `record`, the
-- whole record in the format eve. A column that you want besides is one statement:
--   ALTER TABLE mxtap.records ADD COLUMN vlan String MATERIALIZED visitParamExtractRaw(record, 'vlan');
-- Columns that are computed are not part of SELECT *: name them, or read the views of views.sql.
--
-- Records may come twice (after a cut connection, for instance), with the same id: the table drops
-- repeats when it merges parts, and FINAL, which the views use, drops those that it has not yet.

CREATE DATABASE IF NOT EXISTS mxtap;

CREATE TABLE IF NOT EXISTS mxtap.records
(
    id String,
    time DateTime('UTC'),
    nanosecond UInt32,
    sensor String,
    kind String,
    severity UInt8,
    signature_id UInt32,
    record String,

    src_ip String MATERIALIZED visitParamExtractString(record, 'src_ip'),
    src_port UInt16 MATERIALIZED visitParamExtractUInt(record, 'src_port'),
    dest_ip String MATERIALIZED visitParamExtractString(record, 'dest_ip'),
    dest_port UInt16 MATERIALIZED visitParamExtractUInt(record, 'dest_port'),
    -- The /24 of an IPv4 address, the /64 of an IPv6 one.
    src_network String MATERIALIZED
        if(visitParamExtractString(record, 'src_ip') LIKE '%:%',
           concat(cutIPv6(IPv6StringToNum(if(visitParamExtractString(record, 'src_ip') LIKE '%:%',
                                             visitParamExtractString(record, 'src_ip'), '::')), 8, 0), '/64'),
           replaceRegexpOne(visitParamExtractString(record, 'src_ip'), '[0-9]+$', '0/24')),
    flow_id UInt64 MATERIALIZED visitParamExtractUInt(record, 'flow_id'),
    community_id String MATERIALIZED visitParamExtractString(record, 'community_id'),

    helo String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'smtp'), 'helo'),
    mail_from String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'smtp'), 'mail_from'),
    rcpt_to Array(String) MATERIALIZED
        arrayMap(x -> visitParamExtractString(concat('{"x":', x, '}'), 'x'),
                 extractAll(visitParamExtractRaw(visitParamExtractRaw(record, 'smtp'), 'rcpt_to'),
                            '"(?:[^"\\\\]|\\\\.)*"')),
    subject String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'email'), 'subject'),
    message_id String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'email'), 'message_id'),

    -- Of alerts:
    signature String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'alert'), 'signature'),
    category String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'alert'), 'category'),
    detector String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'mxtap'), 'detector'),
    case_id String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'mxtap'), 'case'),
    state String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'mxtap'), 'state'),
    reason String MATERIALIZED visitParamExtractString(visitParamExtractRaw(record, 'mxtap'), 'reason'),
    score Float64 MATERIALIZED visitParamExtractFloat(visitParamExtractRaw(record, 'mxtap'), 'score'),
    messages UInt64 MATERIALIZED visitParamExtractUInt(visitParamExtractRaw(record, 'mxtap'), 'messages'),
    recipients_unknown UInt64 MATERIALIZED
        visitParamExtractUInt(visitParamExtractRaw(record, 'mxtap'), 'recipients_unknown'),
    -- Addresses that a prober has learned to be valid; at most 20 of confirmed_count.
    confirmed Array(String) MATERIALIZED
        arrayMap(x -> visitParamExtractString(concat('{"x":', x, '}'), 'x'),
                 extractAll(visitParamExtractRaw(visitParamExtractRaw(record, 'mxtap'), 'confirmed'),
                            '"(?:[^"\\\\]|\\\\.)*"')),
    confirmed_count UInt64 MATERIALIZED
        visitParamExtractUInt(visitParamExtractRaw(record, 'mxtap'), 'confirmed_count'),

    -- Of transactions (kind smtp): of the message, where one was sent.
    message_octets UInt64 MATERIALIZED
        visitParamExtractUInt(visitParamExtractRaw(visitParamExtractRaw(record, 'mxtap'), 'message'), 'octets'),
    accepted UInt8 MATERIALIZED
        visitParamExtractBool(visitParamExtractRaw(visitParamExtractRaw(record, 'mxtap'), 'message'), 'accepted'),
    client_name String MATERIALIZED
        visitParamExtractString(visitParamExtractRaw(visitParamExtractRaw(record, 'mxtap'), 'client'), 'ptr'),
    client_software String MATERIALIZED
        visitParamExtractString(visitParamExtractRaw(visitParamExtractRaw(record, 'mxtap'), 'client'), 'software')
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (kind, time, id);
