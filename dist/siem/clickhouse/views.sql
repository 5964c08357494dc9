-- Views of mxtap.records (schema.sql):  clickhouse-client --multiquery < views.sql

-- Alerts as a person wants to read them.
CREATE VIEW IF NOT EXISTS mxtap.alerts AS
SELECT time, nanosecond, sensor, severity, detector, case_id, state, src_ip, src_port, src_network, dest_ip,
       helo, mail_from, rcpt_to, reason, signature_id, signature, community_id, id
FROM mxtap.records FINAL
WHERE kind = 'alert';

-- A matter that goes on is one case, with an alert when it begins, grows, and ends: the latest says most.
CREATE VIEW IF NOT EXISTS mxtap.cases AS
SELECT case_id,
       any(detector) AS detector,
       min(severity) AS severity,
       min(time) AS began,
       max(time) AS latest,
       argMax(state, (time, nanosecond)) AS state,
       argMax(src_ip, (time, nanosecond)) AS src_ip,
       argMax(src_network, (time, nanosecond)) AS src_network,
       argMax(dest_ip, (time, nanosecond)) AS dest_ip,
       argMax(reason, (time, nanosecond)) AS reason,
       max(recipients_unknown) AS recipients_unknown,
       max(confirmed_count) AS confirmed_count,
       max(score) AS score,
       max(messages) AS messages,
       count() AS alerts
FROM mxtap.records FINAL
WHERE kind = 'alert'
GROUP BY case_id;

-- Who tests recipients, by network. A harvest of one domain from many networks is the matter of no
-- single one: it stands in cases.
CREATE VIEW IF NOT EXISTS mxtap.top_probers AS
SELECT src_network,
       count() AS cases,
       sum(recipients_unknown) AS recipients_unknown,
       sum(confirmed_count) AS confirmed,
       min(began) AS first_seen,
       max(latest) AS last_seen
FROM mxtap.cases
WHERE detector IN ('mx-probe', 'directory-harvest')
GROUP BY src_network
ORDER BY recipients_unknown DESC, confirmed DESC, src_network;

-- Addresses that probers know to be valid now: watch them for spam, and what is sent to them.
CREATE VIEW IF NOT EXISTS mxtap.harvested_addresses AS
SELECT address,
       uniqExact(case_id) AS cases,
       uniqExact(src_network) AS networks,
       min(time) AS first_seen,
       max(time) AS last_seen
FROM
(
    SELECT arrayJoin(confirmed) AS address, case_id, src_network, time
    FROM mxtap.records FINAL
    WHERE kind = 'alert' AND detector IN ('mx-probe', 'directory-harvest', 'distributed-harvest')
)
GROUP BY address
ORDER BY cases DESC, address;

-- PCs that deliver straight to the MX, by network: whom to write to.
CREATE VIEW IF NOT EXISTS mxtap.zombies_by_network AS
SELECT src_network,
       uniqExact(src_ip) AS zombies,
       groupUniqArray(src_ip) AS addresses,
       max(score) AS worst_score,
       sum(messages) AS messages,
       min(began) AS first_seen,
       max(latest) AS last_seen
FROM mxtap.cases
WHERE detector = 'zombie-sender'
GROUP BY src_network
ORDER BY zombies DESC, messages DESC, src_network;

-- How much of what, day by day. Incidents are cases that began on the day.
CREATE VIEW IF NOT EXISTS mxtap.alerts_by_day AS
SELECT toDate(time) AS day,
       detector,
       count() AS alerts,
       countIf(state = 'new') AS incidents,
       uniqExact(src_ip) AS sources,
       min(severity) AS severity
FROM mxtap.records FINAL
WHERE kind = 'alert'
GROUP BY day, detector
ORDER BY day DESC, alerts DESC, detector;

-- Mail transactions: kind smtp, where the sink forwards it (log: "alert, smtp").
CREATE VIEW IF NOT EXISTS mxtap.transactions AS
SELECT time, nanosecond, sensor, src_ip, src_network, dest_ip, client_name, client_software, helo, mail_from,
       rcpt_to, subject, message_id, message_octets, accepted, community_id, id
FROM mxtap.records FINAL
WHERE kind = 'smtp';
