/** Events as the provider sends them, through the webhook's signature, inbox and effect: at a pace, and as many as get through. */
import { signDelivery } from "../provider/signature.ts";
import type { StackState } from "../stack/state.ts";
import { emptyLoad, runLoad, type Send, summarize } from "./load.ts";
import type { LaneResult } from "./report.ts";

const EVENTS_PER_SECOND = 50;

export interface Bill {
  n: string;
  order_id: string;
  payment_id: string;
  venue_id: string;
}

export const succeeded = ({ n, payment_id }: Bill) => ({
  id: `evt_bench_${n}`,
  object: "event",
  type: "payment_intent.succeeded",
  created: Math.floor(Date.now() / 1000),
  data: {
    object: {
      id: `pi_bench_${n}`,
      object: "payment_intent",
      amount_received: 1000,
      currency: "gbp",
      metadata: { payment_id },
    },
  },
});

export async function measureWebhook(state: StackState, next: () => Bill, seconds: number) {
  const secret = state.stripeWebhookSecret;
  if (!secret) throw new Error("the webhook has no secret to sign with");
  const send: Send = async () => {
    const body = JSON.stringify(succeeded(next()));
    const { header } = signDelivery(body, secret, Math.floor(Date.now() / 1000), "valid");
    const headers = { "content-type": "application/json", "stripe-signature": header ?? "" };
    const answer = await fetch(`${state.url}/functions/v1/stripe-webhook`, { method: "POST", headers, body });
    const { status } = (await answer.json()) as { status?: string };
    if (status !== "applied") throw new Error(`webhook: ${answer.status} ${status}`);
  };
  await runLoad(emptyLoad(), Array(4).fill(send), 1);
  const paced = await runPaced(send, seconds);
  const most = emptyLoad();
  await runLoad(most, Array(8).fill(send), seconds);
  const errorMessages = [...most.errors.keys()].slice(0, 3);
  return { paced, most: { lane: "webhook, 8 senders", clients: 8, ...summarize(most), errorMessages } };
}

/** An open loop: an event is due whether or not the one before it was answered, and its time counts from then. */
async function runPaced(send: Send, seconds: number): Promise<LaneResult> {
  const load = emptyLoad();
  const begun = performance.now();
  const events = Array.from({ length: EVENTS_PER_SECOND * seconds }, async (_, i) => {
    const due = begun + (i * 1000) / EVENTS_PER_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    await send().then(
      () => load.histogram.recordValue(Math.max(1, Math.round((performance.now() - due) * 1000))),
      (error: Error) => load.errors.set(error.message, (load.errors.get(error.message) ?? 0) + 1),
    );
  });
  await Promise.all(events);
  load.seconds = (performance.now() - begun) / 1000;
  const errorMessages = [...load.errors.keys()].slice(0, 3);
  return {
    lane: `webhook, ${EVENTS_PER_SECOND} a second`,
    clients: EVENTS_PER_SECOND,
    ...summarize(load),
    errorMessages,
  };
}
