// Links into the app that people open: from a mail, from a printed code. The secret travels in the fragment, which browsers
// do not send to servers, so that it is in no access log on its way.
import { z } from "zod";

/** Where the app lives. */
export const appUrl = z.url({ protocol: /^https?$/ });

/** A page of the app with a secret. Printed links depend on it: what it makes of a page never changes. */
export function appLink(base: string, page: string, token: string): string {
  const directory = base.endsWith("/") ? base : `${base}/`;
  return Object.assign(new URL(page, directory), { hash: `token=${encodeURIComponent(token)}` }).href;
}
