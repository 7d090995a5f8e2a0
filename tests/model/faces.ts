/**
 * The same house seen from both sides: what the database has and what the reference expects, as lines of text in the words
 * of the script. Rows that appear for the first time get their handles here.
 */

import { type House, jobKey, nameRow } from "./house.ts";
import { DISPUTE_FEE } from "./provider-words.ts";
import { LOOK, type Paid, type Seen } from "./seen.ts";
import { claimedOf, holds, paidOf, refundedOf, type State, stockOf, totalOf } from "./state.ts";

/** What the database has. */
export async function look(house: House): Promise<string[]> {
  const [row] = await house.eye.unsafe<{ seen: Seen }[]>(LOOK, [house.venueId], { prepare: true });
  if (!row) throw new Error("the house has gone");
  const { seen } = row;
  const named = <T extends string | null>(id: T) => (id === null ? null : (house.handles.get(id) ?? id)) as T;
  const faces: string[] = [`stock ${seen.stock.join(" ")}`];
  for (const { id, lines, ...order } of seen.orders) {
    const handle = named(id);
    for (const [index, line] of lines.entries()) {
      nameRow(house, `${handle} line ${index}`, line.id);
      if (line.ticket_id) nameRow(house, `${handle} ticket ${index}`, line.ticket_id);
    }
    faces.push(
      orderFace(
        handle,
        order,
        lines.map((line) => portion(line.ticket, line.void, line.comp)),
      ),
    );
  }
  for (const { id, claimed, excess, ...paid } of seen.payments) {
    const of = { ...paid, order: named(paid.order), share: named(paid.share), drawer: named(paid.drawer) };
    faces.push(paymentFace(named(id), of, claimed, excess));
  }
  for (const { id, payment: of, amount, status, drawer, by_rule, reference } of seen.refunds) {
    if (by_rule) nameRow(house, `${named(of)}!`, id);
    else if (reference) nameRow(house, reference.split("_").at(-1) ?? "", id);
    faces.push(refundFace(named(id), named(of), amount, status, named(drawer)));
  }
  for (const { bill, order, outcome, shares } of seen.splits) {
    faces.push(`${named(bill)}/${named(order)}: ${outcome}`);
    for (const { id, amount } of shares) faces.push(`${named(id)}: share of ${amount}`);
  }
  for (const { id, holds, counted } of seen.drawers) faces.push(drawerFace(named(id), holds, counted));
  for (const { reference, ...dispute } of seen.disputes)
    faces.push(disputeFace(reference.split("_").at(-1) ?? "", dispute));
  for (const { id, open } of seen.sessions) faces.push(`${named(id)}: ${open ? "open" : "closed"}`);
  for (const { at, topic, payload } of seen.jobs) faces.push(`job ${jobKey(house.handles, topic, payload)}, ${at}`);
  return faces.sort();
}

/** What the reference expects. */
export function expected(state: State): string[] {
  const faces: string[] = [`stock ${stockOf(state).join(" ")}`];
  for (const [index, [handle, order]] of Object.entries(state.orders).entries()) {
    const { status, split } = order;
    const [paid, refunded] = [paidOf(state, handle), refundedOf(state, handle)];
    const facts = { nth: index + 1, status, total: totalOf(order), paid, refunded, split: split !== null };
    faces.push(
      orderFace(
        handle,
        facts,
        order.lines.map(({ ticket, isVoid, comp }) => portion(ticket, isVoid, comp)),
      ),
    );
  }
  for (const [handle, payment] of Object.entries(state.payments))
    faces.push(paymentFace(handle, payment, claimedOf(state, handle), payment.isExcess));
  for (const [handle, { amount, payment, status, drawer }] of Object.entries(state.refunds))
    faces.push(refundFace(handle, payment, amount, status, drawer));
  for (const [handle, { outcome }] of Object.entries(state.splits)) faces.push(`${handle}: ${outcome}`);
  for (const [handle, { amount }] of Object.entries(state.shares)) faces.push(`${handle}: share of ${amount}`);
  for (const [handle, { counted }] of Object.entries(state.drawers))
    faces.push(drawerFace(handle, holds(state, handle), counted));
  for (const [handle, dispute] of Object.entries(state.disputes))
    faces.push(disputeFace(handle, { ...dispute, fees: DISPUTE_FEE }));
  for (const [handle, { isOpen }] of Object.entries(state.sessions))
    faces.push(`${handle}: ${isOpen ? "open" : "closed"}`);
  for (const { key, at } of state.jobs) faces.push(`job ${key}, ${at}`);
  return faces.sort();
}

const portion = (ticket: string | null, isVoid: boolean, comp: number) =>
  `${isVoid ? "void/" : ""}${ticket ?? "waits"}${comp > 0 ? `/−${comp}` : ""}`;
type Facts = Omit<Seen["orders"][number], "id" | "lines">;
const orderFace = (handle: string, { nth, status, total, paid, refunded, split }: Facts, portions: readonly string[]) =>
  `${handle}: ${nth}. ${status}, ${paid} of ${total} paid, ${refunded} refunded, ${portions.join(" ")}${split ? ", split" : ""}`;
const inDrawer = (drawer: string | null) => (drawer ? `, ${drawer}` : "");
const paymentFace = (
  handle: string,
  { method, status, amount, order, ...more }: Paid,
  claimed: number,
  isExcess: boolean,
) =>
  `${handle}: ${method} ${status} ${amount} for ${more.share ?? order}, ${claimed} claimed${isExcess ? ", excess" : ""}` +
  `${more.reference ? ", known to the provider" : ""}${inDrawer(more.drawer)}`;
const refundFace = (handle: string, of: string, amount: number, status: string, drawer: string | null) =>
  `${handle}: refund of ${amount} from ${of}, ${status}${inDrawer(drawer)}`;
const drawerFace = (handle: string, should: number, counted: number | null) =>
  `${handle}: ${should} in it${counted === null ? "" : `, ${counted} counted`}`;
const disputeFace = (handle: string, { status, held, lost, fees }: Omit<Seen["disputes"][number], "reference">) =>
  `${handle}: ${status}, ${held} held, ${lost} lost, ${fees} fees`;

/** What one side has and the other has not. */
export function difference(has: readonly string[], wants: readonly string[]): string[] {
  const without = (from: readonly string[], other: readonly string[]) => {
    const left = [...other];
    return from.filter((face) => {
      const index = left.indexOf(face);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
  };
  const only = (who: string, faces: string[]) => faces.map((face) => `${who} ${face}`);
  return [...only("database ", without(has, wants)), ...only("reference", without(wants, has))];
}
