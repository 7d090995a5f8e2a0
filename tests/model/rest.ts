/**
 * How every evening ends: time passes, clocks and workers do their work, reconciliations look at the provider's books, until
 * there is nothing left to do. Webhooks come once more, or, every other evening, no more. Then nothing may be lost.
 */
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import type { Day } from "../support/reconciler.ts";
import { balanceOf } from "./books-there.ts";
import type { Command, Step } from "./commands.ts";
import type { House } from "./house.ts";
import { Trouble } from "./play.ts";
import { isDone } from "./possible.ts";
import { CHARGE_FEE, DISPUTE_FEE } from "./provider-words.ts";
import { answerOfProvider } from "./repairs.ts";
import { isOpen, queueOf, type State, total } from "./state.ts";

/** More rounds than it ever takes; what goes round and round is never at rest. */
const ROUNDS = 8;

export async function bringToRest(now: () => State, play: (step: Step) => Promise<void>): Promise<void> {
  const comesAgain = Object.keys(now().events).length % 2 === 0;
  let before = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let next = undone(now(), comesAgain); next; next = undone(now(), comesAgain)) await play([next]);
    const after = JSON.stringify({ ...now(), now: 0, checks: {} });
    if (after === before) return;
    before = after;
    // Two hours: the guest's time is over, and whoever was asked long ago is asked again.
    await play([{ do: "jump", minutes: 120 }]);
    await play([{ do: "sweep" }]);
    await play([{ do: "reconcile", dies: null }]);
  }
  throw new Trouble(
    "there is an end to what is left to do",
    now().jobs.map(({ key, at }) => `${key}, ${at}`),
  );
}

/** The next thing that somebody has still to do. */
function undone(state: State, comesAgain: boolean): Command | null {
  const event = Object.entries(state.events).find(
    ([, one]) => comesAgain && !one.isDelivered && !one.isLost && one.lie === null,
  )?.[0];
  if (event) return { do: "deliver", event };
  const waiting = Object.entries(state.bank).find(([, one]) => one.status === "pending")?.[0];
  if (waiting) return { do: "bank", refund: waiting, event: `rest-${waiting}-bank`, outcome: "succeeded" };
  if (state.jobs.some(({ at }) => at === "outbox")) return { do: "relay" };
  const job = state.jobs.find(({ at }) => at === "leased")?.key;
  if (job) return workOn(state, job);
  const queued = state.jobs.find(({ at }) => at === "queue");
  return queued ? { do: "claim", queue: queueOf(queued.key) } : null;
}

function workOn(state: State, job: string): Command {
  const [kind, about = ""] = job.split(" ");
  if (isDone(state, job)) return { do: "finish", job };
  if (kind === "cancel" && !state.givenUp.includes(about)) return { do: "giveUp", payment: about };
  if (about in state.payments) return { do: "report", payment: about };
  // Now and then the bank takes its time.
  const outcome = state.jobs.length % 3 === 0 ? "pending" : "succeeded";
  if (!state.bank[about]) return { do: "call", refund: about, event: `rest-${about}`, outcome };
  return { do: "confirm", refund: about };
}

export async function requireRest(house: House, state: State): Promise<void> {
  const of = <T>(things: Record<string, T>, is: (thing: T, handle: string) => boolean) =>
    Object.keys(things).filter((handle) => is(things[handle] as T, handle));
  const require = (rule: string, broken: readonly string[]) => {
    if (broken.length > 0) throw new Trouble(rule, broken);
  };
  const { payments } = state;
  const isTaken = (handle: string) => state.intents[handle]?.status === "succeeded";
  require("what the provider took is settled in the end", of(
    payments,
    (one, h) => isTaken(h) && one.status !== "succeeded",
  ));
  require("nobody waits for a payment in the end", of(payments, isOpen));
  require("what was given up cannot be paid in the end", of(payments, (one, handle) => {
    return one.status === "canceled" && one.reference && answerOfProvider(state, handle) === "open";
  }));
  require("every refund is decided in the end", of(state.refunds, ({ status }) => status === "pending"));
  require("no job is left but dead letters in the end", state.jobs.flatMap(({ key, at }) =>
    at === "dead" ? [] : [key],
  ));
  require("the books and the provider's say the same of its money in the end", await unlike(house, state));
  const books = await violations(house.world.sql, house.organisationId);
  require("the books' own rules hold", books.map((one) => JSON.stringify(one)));
}

interface Booked {
  readonly payment: string;
  readonly minor: string;
  readonly is_named: boolean;
}

/** Payment by payment, unless it has been reported by name; and by day, as owners see it. */
async function unlike({ eye, world, owner, handles, venueId, organisationId }: House, state: State): Promise<string[]> {
  const booked = await eye<Booked[]>`
    select p.id as payment,
      (select coalesce(sum(e.amount_minor), 0) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
        where t.venue_id = p.venue_id and t.payment_id = p.id and t.kind <> 'fee' and e.account = 'provider') as minor,
      exists (select 1 from private.reconciliation_findings f where f.payment_id = p.id and f.resolved_at is null)
        or exists (select 1 from private.provider_events e where e.status = 'quarantined'
          and e.payload #>> '{data,object,payment_intent}' = p.provider_reference) as is_named
    from public.payments p where p.venue_id = ${venueId} and p.method = 'online'`;
  const here = booked.map(({ payment, ...one }) => ({ ...one, handle: handles.get(payment) ?? payment }));
  const there = (handle: string) => balanceOf(state, handle);
  const lines = here
    .filter(({ handle, minor, is_named }) => Number(minor) !== there(handle) && !is_named)
    .map(({ handle, minor }) => `${handle}: ${minor} in the books, ${there(handle)} at the provider`);
  const report = await world.api.rpc<{ days: Day[] }>(owner, "get_reconciliation_report", {
    p_organisation_id: organisationId,
  });
  const { days } = must(report);
  const said = (name: Exclude<keyof Day, "day" | "currency">) => total(days.map((day) => day[name]));
  const settled = here.filter(({ handle }) => state.payments[handle]?.status === "succeeded");
  const sums = [
    ["provider_minor", total(here.map(({ handle }) => there(handle)))],
    ["books_minor", total(here.map(({ minor }) => Number(minor)))],
    ["booked_fees_minor", CHARGE_FEE * settled.length + DISPUTE_FEE * Object.keys(state.disputes).length],
  ] as const;
  return [
    ...lines,
    ...sums.flatMap(([name, minor]) => (said(name) === minor ? [] : [`${name}: ${said(name)}, not ${minor}`])),
  ];
}
