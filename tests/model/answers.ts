/** What an answer means in the words of the reference; what it names for the first time gets its handle. */
import type { Answer } from "../support/api.ts";
import type { Bill } from "../support/till.ts";
import { type Asking, isWrong } from "./commands.ts";
import { type House, jobKey, nameRow } from "./house.ts";
import { queueOf } from "./state.ts";

const DENIED = [
  "42501",
  "permission_denied",
  "guest_session_invalid",
  "qr_code_invalid",
  "payment_not_found",
  "ticket_not_found",
];

export function read(house: House, command: Asking, answer: Answer<unknown>): string {
  if (!answer.ok) {
    const { code, message } = answer.problem;
    return isWrong(command) && (DENIED.includes(code) || DENIED.includes(message)) ? "denied" : message;
  }
  const value = answer.value as Record<string, string>;
  switch (command.do) {
    case "scan":
      house.tokens.set(command.id, value.session_token ?? "");
      nameRow(house, command.session, value.session_id ?? "");
      break;
    case "place":
      nameRow(house, command.id, value.id ?? "");
      break;
    case "start":
    case "collect":
    case "writeOff":
      nameRow(house, command.id, value.payment_id ?? "");
      break;
    case "refund":
      nameRow(house, command.id, value.refund_id ?? "");
      break;
    case "openDrawer":
      nameRow(house, command.id, value.drawer_session_id ?? "");
      break;
    case "split":
      nameBill(house, command.id, answer.value as Bill);
      break;
    case "deliver":
      return value.duplicate ? "duplicate" : (value.status ?? "");
    case "claim":
      return readJobs(house, command.queue, answer.value as readonly Claimed[]);
    case "finish":
      house.messages.get(command.job)?.shift();
      break;
  }
  return "ok";
}

function nameBill(house: House, id: string, bill: Bill): void {
  nameRow(house, id, bill.bill_id);
  for (const { number, parts } of bill.shares)
    for (const { share_id, order_id } of parts)
      nameRow(house, `${id}/${house.handles.get(order_id)}/${number}`, share_id);
}

interface Claimed {
  readonly job_id: number;
  readonly attempt: number;
  readonly message: { readonly topic: string; readonly payload: Readonly<Record<string, string>> };
}

function readJobs({ handles, messages }: House, queue: string, claimed: readonly Claimed[]): string {
  const keys = claimed.map(({ job_id, attempt, message }) => {
    const id = String(job_id);
    for (const [about, held] of messages)
      if (queueOf(about) === queue)
        messages.set(
          about,
          held.filter((one) => one.id !== id),
        );
    const key = jobKey(handles, message.topic, message.payload);
    messages.set(key, [...(messages.get(key) ?? []), { id, attempt }]);
    return key;
  });
  return ["ok", ...keys.sort()].join(" ");
}
