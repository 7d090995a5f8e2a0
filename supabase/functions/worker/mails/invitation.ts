// The mail that brings an invitation. The token travels in the fragment of the link, which browsers do not send to servers,
// so that it is in no access log on its way.
import { z } from "zod";
import { html, oneLine } from "./html.ts";

export const invitationSchema = z.object({
  to: z.string().min(3),
  organisation: z.string().transform(oneLine),
  venue: z.string().transform(oneLine).nullable(),
  role: z.string(),
  expires_at: z.coerce.date(),
});

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export function invitationMail(
  { organisation, venue, role, expires_at }: Omit<z.output<typeof invitationSchema>, "to">,
  { appUrl, token }: { appUrl: string; token: string },
): MailContent {
  const link = Object.assign(new URL("invitation", directory(appUrl)), { hash: `token=${encodeURIComponent(token)}` });
  const place = venue === null ? organisation : `${venue} (${organisation})`;
  const until = day.format(expires_at);
  return {
    subject: `Join ${organisation} on Servio`,
    text: [
      `${place} has invited you to join as ${role}.`,
      `Accept the invitation: ${link.href}`,
      `The link works once, until ${until}. If you did not expect this invitation, you can ignore it.`,
    ].join("\n\n"),
    html: html`<!doctype html>
<html lang="en">
<body style="font-family: sans-serif; line-height: 1.5">
<p><strong>${place}</strong> has invited you to join as ${role}.</p>
<p><a href="${link.href}">Accept the invitation</a></p>
<p>The link works once, until ${until}. If you did not expect this invitation, you can ignore it.</p>
</body>
</html>
`,
  };
}

const directory = (url: string): string => (url.endsWith("/") ? url : `${url}/`);
