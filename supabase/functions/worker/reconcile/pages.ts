// The steps of a reconciliation, a page at a time. A page is read, what follows from it is done through the inbox of events
// like everything the provider says, and only then the run moves on: whoever dies in between has lost nothing, and doing a
// page again changes nothing.
import type Stripe from "stripe";
import { Problem } from "../../_shared/problem.ts";
import type { ProviderRecords, Records, Window } from "../../_shared/provider-records.ts";
import type { Counts, Run, Step } from "./database.ts";
import { fetchOne, kindOf, type Look, look, saidBy, type Whole } from "./look.ts";
import { balanceSaid, intentSaid, refundSaid, type Said, subscriptionSaid } from "./said.ts";

export interface Place {
  readonly step: Step;
  readonly after: string | null;
}

export interface PageDependencies {
  readonly run: Run;
  readonly records: ProviderRecords;
  readonly window: Window;
  readonly now: () => number;
  /** When the worker's time is over: a page may end early, and is read again. */
  readonly until: number;
}

export interface PageDone {
  readonly place: Place;
  readonly newFindings: number;
}

const RETRIEVED_AT_ONCE = 20;
const FORWARD = "after:";

export async function turnPage(place: Place, dependencies: PageDependencies): Promise<PageDone> {
  const { records, window } = dependencies;
  switch (place.step) {
    case "events":
      return await turnEvents(place, dependencies);
    case "payments": {
      const page = await records.intents(window, place.after);
      return await settle(place, "refunds", page, page.data.map(intentSaid), dependencies);
    }
    case "refunds": {
      const page = await records.refunds(window, place.after);
      return await settle(place, "subscriptions", page, page.data.map(refundSaid), dependencies);
    }
    case "subscriptions": {
      const page = await records.subscriptions(place.after);
      return await settle(place, "unconfirmed", page, page.data.map(subscriptionSaid), dependencies);
    }
    case "unconfirmed":
      return await turnUnconfirmed(place, dependencies);
    case "balance": {
      const page = await records.balance(window, place.after);
      const counts = { balance_transactions: page.data.length };
      return await move(place.step, "findings", page.next, page.data.map(balanceSaid), counts, dependencies);
    }
    case "findings":
      return { place, newFindings: 0 };
  }
}

/**
 * Events are taken in the order in which they happened: after the last one before the window, or, when the provider keeps
 * none that is older, from the far end of its list.
 */
async function turnEvents(place: Place, dependencies: PageDependencies): Promise<PageDone> {
  const { records, window } = dependencies;
  const { after } = place;
  if (after === null) {
    const anchor = await records.eventBefore(window.from);
    if (anchor !== null) return await move("events", "payments", FORWARD + anchor, [], {}, dependencies);
  }
  if (after?.startsWith(FORWARD)) {
    const { data, next } = await records.eventsAfter(after.slice(FORWARD.length));
    const taken = await takeEvents(data, dependencies);
    if (!taken.all) return await stay(place, taken.counts, dependencies);
    return await move("events", "payments", next === null ? null : FORWARD + next, [], taken.counts, dependencies);
  }
  const { data, next } = await records.eventsBack(window, after);
  if (next !== null) return await stay({ ...place, after: next }, {}, dependencies);
  const taken = await takeEvents(data.toReversed(), dependencies);
  if (!taken.all) return await stay(place, taken.counts, dependencies);
  // The newest of this page is the one after which everything else has happened; only a first page has nothing after it.
  const newest = after === null ? undefined : data[0]?.id;
  const rest = newest === undefined ? null : FORWARD + newest;
  return await move("events", "payments", rest, [], taken.counts, dependencies);
}

/** The same step goes on there, when there is time again. */
async function stay(place: Place, counts: Counts, { run }: PageDependencies): Promise<PageDone> {
  return { place, newFindings: await run.save(place.step, place.after, [], counts) };
}

/** Records the events that never came, for as long as the time lasts; what is done is known the next time. */
async function takeEvents(
  events: readonly Stripe.Event[],
  { run, now, until }: PageDependencies,
): Promise<{ readonly all: boolean; readonly counts: Counts }> {
  if (events.length === 0) return { all: true, counts: {} };
  const missing = new Set(await run.missing(events.map(({ id }) => id)));
  let recovered = 0;
  let quarantined = 0;
  const counts = () => ({ events_recovered: recovered, events_quarantined: quarantined });
  for (const event of events.filter(({ id }) => missing.has(id))) {
    if (now() >= until) return { all: false, counts: counts() };
    const { status } = await run.record(event);
    recovered += 1;
    if (status === "quarantined") quarantined += 1;
  }
  return { all: true, counts: { events_seen: events.length, ...counts() } };
}

async function turnUnconfirmed(place: Place, dependencies: PageDependencies): Promise<PageDone> {
  const { run, records } = dependencies;
  const waiting = await run.unconfirmed(RETRIEVED_AT_ONCE);
  const looks: Look[] = [];
  for (const { object_id, object } of waiting) looks.push(await look(object_id, object, records));
  const data = looks.flatMap(({ whole }) => whole);
  const said = [...looks.flatMap((one) => one.said), ...data.map(saidBy)];
  const next = waiting.length === RETRIEVED_AT_ONCE ? "more" : null;
  return await settle(place, "balance", { data, next }, said, dependencies);
}

/** Does what the rules say about these objects, looks at what is left once more, and notes it. */
async function settle(
  place: Place,
  then: Step,
  page: Records<Whole>,
  said: readonly Said[],
  dependencies: PageDependencies,
): Promise<PageDone> {
  const { run, records, now, until } = dependencies;
  const whole = new Map(page.data.map((object) => [object.id, object]));
  let repaired = 0;
  const fresh = new Map<string, Said>();
  for (const { object_id: id, event_id, type, seen_at } of said.length === 0 ? [] : await run.compare(said)) {
    if (now() >= until) return await stay(place, { repaired }, dependencies);
    const listed = whole.get(id);
    if (event_id !== null && type !== null && listed) {
      const { duplicate, status } = await run.recordState(event_id, type, listed, new Date(now()));
      if (!duplicate && status === "applied") repaired += 1;
    } else if (listed) {
      // The list may be older than the books by now.
      const again = await fetchOne(id, kindOf(listed), records);
      if (again) fresh.set(id, saidBy(again));
      if (again?.object === "subscription" && seen_at !== null) repaired += await applied(again, seen_at, run);
    }
  }
  const counts = { [place.step]: said.length, repaired };
  const latest = said.map((one) => fresh.get(one.id) ?? one);
  return await move(place.step, then, page.next, latest, counts, dependencies);
}

/** One that is refused stays a difference, and gets its name. */
async function applied(subscription: Stripe.Subscription, seenAt: string, run: Run): Promise<number> {
  try {
    return (await run.applySubscription(subscription, seenAt)) === "changed" ? 1 : 0;
  } catch (error) {
    if (error instanceof Problem && error.code === "invalid_input") return 0;
    throw error;
  }
}

async function move(
  step: Step,
  then: Step,
  next: string | null,
  said: readonly Said[],
  counts: Counts,
  { run }: PageDependencies,
): Promise<PageDone> {
  const place: Place = next === null ? { step: then, after: null } : { step, after: next };
  return { place, newFindings: await run.save(place.step, place.after, said, counts) };
}
