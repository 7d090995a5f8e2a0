// For managers' apps: prints codes as cards. Who asks brings the tokens as create_qr_codes or rotate_qr_code have just shown
// them; nothing is made, changed or stored here, so the same codes can be printed again, on other paper or as SVG, while
// their tokens are at hand. The database says with the caller's own rights whether they work and whose they are.
import { z } from "zod";
import { appLink } from "../_shared/app-link.ts";
import { parseJson, readBytes } from "../_shared/body.ts";
import { type Caller, type Identify, refuseInvalid } from "../_shared/caller.ts";
import { oneLine } from "../_shared/html.ts";
import { problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { FunctionOptions } from "../_shared/serve.ts";
import type { Fonts } from "./fonts.ts";
import { pdfOf } from "./pdf.ts";
import { qrCode } from "./qr-code.ts";
import { CARDS_PER_PAGE, type Card, cardPage, PAPERS, type Paper, sheetPages } from "./sheet.ts";
import { svgOf } from "./svg.ts";

export const LARGEST_BODY_BYTES = 32 * 1024;
export const MOST_CODES = 100;

export interface QrSheetDependencies {
  readonly identify: Identify;
  readonly callerRpc: (caller: Exclude<Caller, { outcome: "invalid" }>) => Rpc;
  readonly appUrl: string;
  readonly fonts: Fonts;
}

const body = z.strictObject({
  venue_id: z.guid(),
  tokens: z
    .array(
      z
        .string()
        .max(255)
        .regex(/^[\w-]+$/, "not a QR token"),
    )
    .min(1)
    .max(MOST_CODES),
  format: z.enum(["pdf", "svg"]).default("pdf"),
  paper: z.enum(Object.keys(PAPERS) as [Paper, ...Paper[]]).default("a4"),
  instruction: z.string().max(60).transform(oneLine).optional(),
});

const sheet = z.object({
  venue: z.object({ name: z.string().transform(oneLine), locale: z.string() }),
  codes: z.array(
    z.object({
      kind: z.enum(["table", "table_pickup", "counter"]),
      label: z.string().transform(oneLine).nullable(),
      area: z.string().transform(oneLine).nullable(),
    }),
  ),
});

const INSTRUCTIONS = {
  table: "Scan to see the menu and order",
  table_pickup: "Scan to order, collect at the counter",
  counter: "Scan to order here",
} as const;

export function qrSheetRoutes({ identify, callerRpc, appUrl, fonts }: QrSheetDependencies): FunctionOptions["routes"] {
  return {
    "POST /": async ({ request, trace, log }) => {
      const caller = refuseInvalid(await identify(request.headers));
      if (caller.outcome === "absent" || caller.kind !== "user") {
        throw problem("not_authenticated", { detail: "Codes are printed with a member's own token." });
      }
      const parsed = body.safeParse(parseJson(await readBytes(request, LARGEST_BODY_BYTES)));
      if (!parsed.success) throw problem("invalid_input", { detail: explain(parsed.error) });
      const { venue_id, tokens, format, paper, instruction } = parsed.data;
      if (format === "svg" && tokens.length > CARDS_PER_PAGE) {
        throw problem("invalid_input", { detail: `tokens: at most ${CARDS_PER_PAGE} as svg, a page of cards` });
      }
      const answer = await callerRpc(caller)("get_qr_sheet", { p_venue_id: venue_id, p_tokens: tokens }, trace);
      const { venue, codes } = sheet.parse(answer);
      const cards = codes
        .map(
          ({ kind, label, area }, index): Card => ({
            venue: venue.name,
            label: label ?? "",
            area: area ?? "",
            instruction: instruction ?? INSTRUCTIONS[kind],
            code: qrCode(appLink(appUrl, "table", tokens[index] ?? "")),
          }),
        )
        .sort(byPlace(venue.locale));
      const title = `QR codes of ${venue.name}`;
      log.write("info", "sheet", { venue_id, format, paper, codes: cards.length });
      if (format === "svg") return file(svgOf(svgPage(cards, paper, fonts), title), "svg", "image/svg+xml");
      refuseUnprintable(cards, fonts);
      return file(await pdfOf(sheetPages(cards, paper, fonts), title, fonts), "pdf", "application/pdf");
    },
  };
}

function svgPage(cards: readonly Card[], paper: Paper, fonts: Fonts) {
  const [first, ...others] = cards;
  const [page] = first && others.length === 0 ? [cardPage(first, fonts)] : sheetPages(cards, paper, fonts);
  if (!page) throw new Error("a sheet without a card");
  return page;
}

/** By area, then by label as people count: 2 before 10. */
function byPlace(locale: string): (a: Card, b: Card) => number {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  return (a, b) => compare(a.area, b.area) || compare(a.label, b.label);
}

function refuseUnprintable(cards: readonly Card[], fonts: Fonts): void {
  const texts = cards.flatMap(({ venue, label, area, instruction }) => [venue, label, area, instruction]);
  const missing = fonts.missing(texts.join(""));
  if (missing.length === 0) return;
  throw problem("text_not_printable", { detail: `The font has no ${missing.slice(0, 10).join(" ")}` });
}

const file = (content: BodyInit, extension: string, type: string): Response =>
  new Response(content, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="qr-codes.${extension}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });

function explain(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`)
    .join("; ")
    .slice(0, 500);
}
