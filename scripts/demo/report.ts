/** The end of the story: a summary for people, one JSON document for machines, and what to do about a failure. */
import { inspect } from "node:util";
import { colors as pc } from "../colors.ts";
import type { Asked } from "./acts/ask-assistant.ts";
import type { Misled } from "./acts/mislead-assistant.ts";
import type { DemoStack } from "./demo-stack.ts";
import type { Evening } from "./evening.ts";
import { money, orderNumber } from "./money.ts";
import type { StepFailure, StepRecord } from "./timeline.ts";

const SEED = "supabase/seed.sql names logins and QR codes, such as owner@example.com with servio-demo";

export interface Report {
  run: string;
  provider: string;
  stack: DemoStack;
  steps: readonly StepRecord[];
  tookMs: number;
}

export interface Assisted {
  asked: Asked | null;
  misled: Misled | null;
}

export function describeEvening(evening: Evening, { asked, misled }: Assisted, report: Report): string {
  const { house, card, till, refunded, takings, rowsApart } = evening;
  const { steps, tookMs, stack, run } = report;
  const refusals = steps.filter(({ outcome }) => outcome.startsWith("refused")).length;
  const { accounts, sum_minor } = takings.balance;
  const ledger = Object.entries(accounts).map(([account, minor]) => `${account} ${money(minor)}`);
  const facts: [string, string][] = [
    [
      orderNumber(card.order.number),
      `${money(card.order.total_minor)} by card · ${money(refunded.amountMinor)} refunded`,
    ],
    [
      orderNumber(till.order.number),
      `${money(takings.paidMinor - card.order.total_minor)} in cash · ${money(till.changeMinor)} change`,
    ],
    ["Books", `${ledger.join(" · ")} · sum ${money(sum_minor)}`],
    ["Apart", `${rowsApart} rows of the house, not one of them seen by a stranger`],
    ...(asked ? [changed(asked)] : []),
    ...(misled ? [ignored(misled)] : []),
    ["Proved", `${steps.length} steps, of which ${refusals} were refusals, in ${seconds(tookMs)}`],
  ];
  const next = stack.origin === "started for the demo" ? ofAStoppedStack(run) : ofARunningStack(stack, house.venueSlug);
  return [`\n${pc.bold("The evening")}`, ...table(facts), `\n${pc.bold("Where to look next")}`, ...table(next)].join(
    "\n",
  );
}

const changed = ({ beforeMinor, afterMinor }: Asked): [string, string] => [
  "Assistant",
  `one price, ${money(beforeMinor)} → ${money(afterMinor)}, by proposal and confirmation`,
];

const ignored = ({ refused }: Misled): [string, string] => [
  "Injected",
  `an order in a menu: ${refused.length} calls of the model refused, nothing changed`,
];

function ofARunningStack({ state: { url, publishableKey } }: DemoStack, venueSlug: string): [string, string][] {
  return [
    ["Every part", "npm run status"],
    ["Readiness", `${url}/functions/v1/health`],
    ["This menu", `curl -H "apikey: ${publishableKey}" "${url}/rest/v1/rpc/get_menu" -d "p_venue_slug=${venueSlug}"`],
    ["By hand", SEED],
  ];
}

const ofAStoppedStack = (run: string): [string, string][] => [
  ["npm start", `brings the stack up again, with what run ${run} left in it`],
  ["npm run demo -- --keep", "plays the evening and leaves the stack running"],
  ["supabase/seed.sql", "logins and QR codes to try by hand"],
];

const table = (rows: [string, string][]) => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${pc.cyan(name.padEnd(width))}  ${value}`);
};

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

export function describeFailure({ record, message, expected, got, look, cause }: StepFailure): string {
  const rows: [string, string][] = [
    ["step", `${record.act} → ${record.actor} ${record.step}`],
    ["what", message],
    ["expected", show(expected)],
    ["got", show(got)],
    ["look at", look],
  ];
  const lines = rows.map(
    ([name, value]) => `  ${pc.dim(name.padEnd(9))} ${value.replaceAll("\n", `\n${" ".repeat(12)}`)}`,
  );
  const trace = process.env.DEBUG && cause instanceof Error ? [cause.stack ?? ""] : [];
  return [`\n${pc.red("✗ The demo failed.")}`, ...lines, ...trace].join("\n");
}

const show = (value: unknown) =>
  typeof value === "string" ? value : inspect(value, { depth: 5, breakLength: 90, sorted: true });

/** One document, whether the evening succeeded or not. */
export function toJson(
  report: Report,
  evening: Evening | null,
  { asked, misled }: Assisted,
  failure: StepFailure | null,
) {
  const { run, provider, stack, steps, tookMs } = report;
  return {
    ok: failure === null && evening !== null,
    run,
    took_ms: tookMs,
    stack: { url: stack.state.url, origin: stack.origin, started_in_ms: stack.startedInMs },
    provider,
    steps,
    ids: evening && idsOf(evening),
    totals: evening && {
      currency: evening.takings.balance.currency,
      paid_minor: evening.takings.paidMinor,
      refunded_minor: evening.takings.refundedMinor,
      ledger_sum_minor: evening.takings.balance.sum_minor,
      ledger_accounts: evening.takings.balance.accounts,
    },
    assistant: asked && {
      menu_item_id: asked.menuItemId,
      proposal_id: asked.proposalId,
      before_minor: asked.beforeMinor,
      after_minor: asked.afterMinor,
      misled,
    },
    failure: failure && {
      act: failure.record.act,
      actor: failure.record.actor,
      step: failure.record.step,
      message: failure.message,
      expected: failure.expected,
      got: failure.got,
      look: failure.look,
    },
  };
}

const idsOf = ({ house, card, till, refunded }: Evening) => ({
  organisation_id: house.organisationId,
  venue_id: house.venueId,
  venue_slug: house.venueSlug,
  card_order_id: card.order.id,
  card_payment_id: card.paymentId,
  till_order_id: till.order.id,
  till_payment_id: till.paymentId,
  refund_id: refunded.refundId,
});
