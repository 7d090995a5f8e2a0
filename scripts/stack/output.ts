/** What people see: calm lines with times, colours only on a terminal, no secrets in the clear unless asked for. */
import { colors as pc } from "../colors.ts";
import type { StackState } from "./state.ts";

export interface Voice {
  progress(step: string, ms: number): void;
  line(text: string): void;
  failure(text: string): void;
}

export const voice: Voice = {
  progress: (step, ms) => console.log(`  ${step.padEnd(22)} ${pc.dim(`${String(ms).padStart(6)} ms`)}`),
  line: (text) => console.log(text),
  failure(text) {
    const [first, ...rest] = text.split("\n");
    console.error([`${pc.red("✗")} ${first}`, ...rest.map((line) => pc.dim(line))].join("\n"));
  },
};

/** The same table as `supabase status`, so that habits carry over. */
export function describeStack(state: StackState): string {
  const rows: [string, string][] = [
    ["API", state.url],
    ["Database", state.dbUrl],
    ["Payment provider", state.providerUrl ?? "Stripe"],
    ["Mails", state.mailUrl ?? "sent to MAIL_URL"],
    ["Publishable key", state.publishableKey],
    ["Secret key", state.secretKey],
    ["Folder", state.dir],
  ];
  return rows.map(([name, value]) => `  ${pc.dim(name.padEnd(18))} ${value}`).join("\n");
}
