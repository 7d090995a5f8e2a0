// The mail that brings an invitation, and with it the only copy of its token.
import { z } from "zod";
import { appLink } from "../../_shared/app-link.ts";
import { html, oneLine } from "../../_shared/html.ts";
import type { MailContent } from "./letter.ts";

export const invitationSchema = z.object({
  to: z.string().min(3),
  organisation: z.string().transform(oneLine),
  venue: z.string().transform(oneLine).nullable(),
  role: z.string(),
  expires_at: z.coerce.date(),
});

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export function invitationMail(
  { organisation, venue, role, expires_at }: Omit<z.output<typeof invitationSchema>, "to">,
  { appUrl, token }: { appUrl: string; token: string },
): MailContent {
  const link = appLink(appUrl, "invitation", token);
  const place = venue === null ? organisation : `${venue} (${organisation})`;
  const until = day.format(expires_at);
  return {
    subject: `Join ${organisation} on Servio`,
    text: [
      `${place} has invited you to join as ${role}.`,
      `Accept the invitation: ${link}`,
      `The link works once, until ${until}. If you did not expect this invitation, you can ignore it.`,
    ].join("\n\n"),
    html: html`<!doctype html>
<html lang="en">
<body style="font-family: sans-serif; line-height: 1.5">
<p><strong>${place}</strong> has invited you to join as ${role}.</p>
<p><a href="${link}">Accept the invitation</a></p>
<p>The link works once, until ${until}. If you did not expect this invitation, you can ignore it.</p>
</body>
</html>
`,
  };
}
