/* helper_reports: see helper_reports.h. */
#include "helper_reports.h"

void report_send(struct scene *scene, const char *client, const char *helo, const char *recipients,
                 const char *reply, const struct report *report)
{
    struct mail_received lines[REPORT_LINES];
    size_t count = 0;
    while (count < REPORT_LINES && report->lines[count] != NULL) {
        mail_received_parse(span_text(report->lines[count]), &lines[count]);
        count++;
    }
    const struct mail_summary mail = {
        .header_complete = true,
        .visible = true,
        .body_octets = 900,
        .subject = span_text(report->subject),
        .message_id = span_text(report->own_id),
        .report = {.is_report = !report->plain,
                   .action = span_text(report->action),
                   .status = span_text(report->status),
                   .final_recipient = span_text(report->failed),
                   .reporting_mta = span_text(report->mta),
                   .quoted_message_id = span_text(report->id),
                   .quoted_from = span_text(report->from),
                   .quoted = lines,
                   .quoted_count = count},
    };
    scene_session(scene, client, helo);
    scene->sender = "";
    scene_message(scene, recipients, 2500, reply, &mail);
    scene_close(scene);
}

void mail_send(struct scene *scene, const char *client, const char *sender, const char *recipients,
               const char *id)
{
    const struct mail_summary mail = {
        .header_complete = true, .visible = true, .body_octets = 90, .message_id = span_text(id)};
    scene_session(scene, client, "mail.office.example");
    scene->sender = sender;
    scene_message(scene, recipients, 1200, "250 2.0.0 Ok", &mail);
    scene_close(scene);
}
