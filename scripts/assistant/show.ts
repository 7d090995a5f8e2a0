/** What a person sees of tools, proposals and refusals. Names and reasons were written by others: none of them steers a terminal. */
import { inspect } from "node:util";
import { colors as pc } from "../colors.ts";
import { Refusal } from "../demo/refusal.ts";
import { describe } from "../stack/stack-error.ts";
import type { ListedTool, Proposal, Venue } from "./tools.ts";

/** Without what a terminal would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
export const plain = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");

export const showJson = (value: unknown): string => JSON.stringify(value, null, 2);

export function showTools(tools: readonly ListedTool[], module?: string): string {
  const shown = tools.filter((tool) => module === undefined || tool.module === module);
  if (shown.length === 0)
    return `no module ${module}; there are ${[...new Set(tools.map((t) => t.module))].join(", ")}`;
  const width = Math.max(...shown.map(({ name }) => name.length));
  return shown
    .map(({ name, kind, module: of }) => `  ${pc.cyan(name.padEnd(width))}  ${kind.padEnd(6)}  ${pc.dim(of)}`)
    .join("\n");
}

export function showTool({ name, kind, permission, description, input_schema }: ListedTool): string {
  const { properties, required } = input_schema;
  const rows = Object.entries(properties)
    .filter(([key]) => key !== "venue_id")
    .map(([key, { type = "see --json", description: about = "", default: usual }]) => {
      const need = required.includes(key) && usual === undefined ? "needed" : "may be left out";
      return `  ${pc.cyan(key)}  ${type}, ${need}${usual === undefined ? "" : `, else ${JSON.stringify(usual)}`}  ${about}`;
    });
  return [`${pc.bold(name)} (${kind}, needs ${permission})`, description, ...rows].join("\n");
}

export const showVenues = (venues: readonly Venue[]): string =>
  venues
    .map(({ name, slug, organisation }, index) => `  ${index + 1}  ${plain(name)} (${slug}), ${plain(organisation)}`)
    .join("\n");

export function showProposal({ proposal_id, tool, status, before, after, impact, expires_at }: Proposal): string {
  const side = (value: unknown) => inspect(value, { depth: 6, breakLength: 100 }).replaceAll("\n", "\n          ");
  return [
    `${pc.bold(tool)} is ${status}: ${proposal_id}`,
    `  before  ${side(before)}`,
    `  after   ${side(after)}`,
    `  impact  ${Object.entries(impact)
      .map(([key, value]) => `${key} ${typeof value === "object" ? JSON.stringify(value) : value}`)
      .join(" · ")}`,
    ...(status === "pending" ? [pc.dim(`  nothing has changed; it can be confirmed until ${expires_at}`)] : []),
  ].join("\n");
}

export function showError(error: unknown): string {
  if (!(error instanceof Refusal)) return describe(error);
  const { code, status, detail, hint } = error.facts;
  return `refused: ${code} (HTTP ${status})${detail ? `: ${plain(detail)}` : ""}${hint ? `\n  ${hint}` : ""}`;
}
