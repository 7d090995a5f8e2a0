// Where a person is sent back to after a page of the provider's: an app over https, or a developer's own machine.
import { z } from "zod";

export const returnUrl = z
  .string()
  .max(2_000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || url.username || url.password) return false;
    const own = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && own);
  }, "an https address, or http on localhost");
