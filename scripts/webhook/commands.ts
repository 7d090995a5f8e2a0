/** The four things that people do with webhooks. Each answers with what to show and whether all went as it should. */
import Stripe from "stripe";
import { StackError } from "../stack/stack-error.ts";
import type { StackState } from "../stack/state.ts";
import { type Delivered, deliver, type Endpoint, eventOf } from "./deliver.ts";
import { type Facts, readFacts, readInbox, readStored } from "./facts.ts";
import { type EventType, rehearse, TYPES } from "./rehearse.ts";

export interface Target {
  /** The stack that is running here, if there is one. */
  readonly stack: StackState | null;
  readonly databaseUrl: string | null;
  readonly endpoint: Endpoint | null;
}

export interface Shown {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly json: unknown;
}

export interface Sending {
  readonly type: EventType;
  readonly facts: Facts;
  readonly amountMinor: number | null;
  readonly twice: boolean;
  readonly lateMs: number;
  readonly forged: boolean;
}

const need = <T>(value: T | null, what: string): T => {
  if (value === null) throw new StackError(what);
  return value;
};
const NO_ENDPOINT = "no stack is running here: npm start, or name an endpoint with --url and --secret";
const NO_DATABASE = "no stack is running here: npm start, or name a database with --database";

export const factsOf = ({ databaseUrl }: Target, orderId: string): Promise<Facts> =>
  readFacts(need(databaseUrl, `${NO_DATABASE}, or give --payment, --amount and --currency`), orderId);

export async function draftOf({ stack }: Target, { type, facts, amountMinor }: Sending, now: number) {
  return rehearse({ type, facts, amountMinor, now, intent: await askProvider(stack, facts.reference) });
}

export async function send(target: Target, sending: Sending): Promise<Shown> {
  const endpoint = need(target.endpoint, NO_ENDPOINT);
  const createdMs = Date.now() - sending.lateMs;
  const event = eventOf(await draftOf(target, sending, createdMs), createdMs);
  const made: Delivered[] = [];
  for (let count = sending.twice ? 2 : 1; count > 0; count -= 1) made.push(await deliver(event, endpoint, sending));
  return show(made, sending.forged);
}

export async function replay(target: Target, eventId: string, forged: boolean): Promise<Shown> {
  const endpoint = need(target.endpoint, NO_ENDPOINT);
  const event =
    (await askForEvent(target.stack, eventId)) ?? (await readStored(need(target.databaseUrl, NO_DATABASE), eventId));
  if (!event) throw new StackError(`event ${eventId} is known neither to the provider nor to the inbox`);
  return show([await deliver(event, endpoint, { forged })], forged);
}

export async function list({ databaseUrl }: Target, limit: number): Promise<Shown> {
  const events = await readInbox(need(databaseUrl, NO_DATABASE), limit);
  const lines = events.map(({ event_id, type, status, outcome, received_at }) => {
    const at = received_at.toISOString().slice(0, 19).replace("T", " ");
    return `${at}  ${event_id.padEnd(30)} ${type.padEnd(30)} ${status}${outcome === status ? "" : `, ${outcome}`}`;
  });
  return { ok: true, lines: lines.length > 0 ? lines : ["no event has come in yet"], json: events };
}

export function fixtures(): Shown {
  const lines = Object.entries(TYPES).map(([type, about]) => `${type.padEnd(30)} ${about}`);
  return { ok: true, lines, json: TYPES };
}

/** A whole event, without sending it. */
export async function fixture(target: Target, sending: Sending): Promise<Shown> {
  const createdMs = Date.now() - sending.lateMs;
  const event = eventOf(await draftOf(target, sending, createdMs), createdMs);
  return { ok: true, lines: [JSON.stringify(event, null, 2)], json: event };
}

function show(made: readonly Delivered[], forged: boolean): Shown {
  const ok = made.every(({ http }) => (forged ? http === 400 : http >= 200 && http < 300));
  const lines = made.map(({ event, type, http, answer }) => {
    const { status, duplicate, code } = (answer ?? {}) as Record<string, unknown>;
    const said = [code ?? status ?? "", duplicate === true ? "known already" : ""].filter(Boolean).join(", ");
    return `${type} ${event} → ${http} ${said}`;
  });
  return { ok, lines, json: made };
}

const stripeOf = ({ providerUrl, stripeSecretKey }: StackState): Stripe | null => {
  if (!stripeSecretKey) return null;
  const { protocol, hostname, port } = new URL(providerUrl ?? "https://api.stripe.com");
  const host = { host: hostname, port, protocol: protocol === "http:" ? "http" : "https" } as const;
  return new Stripe(stripeSecretKey, { ...(providerUrl ? host : {}), telemetry: false });
};

/** What the provider does not know, or will not say, is rehearsed from the beginning. */
async function askProvider(stack: StackState | null, reference: string | null): Promise<Stripe.PaymentIntent | null> {
  const stripe = stack && stripeOf(stack);
  if (!stripe || !reference?.startsWith("pi_")) return null;
  return await unlessMissing(stripe.paymentIntents.retrieve(reference));
}

async function askForEvent(stack: StackState | null, eventId: string): Promise<object | null> {
  const stripe = stack && stripeOf(stack);
  return stripe ? await unlessMissing(stripe.events.retrieve(eventId)) : null;
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return null;
    throw error;
  }
}
