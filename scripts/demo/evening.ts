/** The evening from sign-up to balanced books, act by act; each act hands on what the next ones need. */
import { closeBooks, type Takings } from "./acts/close-books.ts";
import { complete, cook, serve } from "./acts/cook-and-serve.ts";
import { gatherTeam, type Team } from "./acts/gather-team.ts";
import { type House, openHouse } from "./acts/open-house.ts";
import { payAtTill, type TillOrder } from "./acts/pay-at-till.ts";
import { type PaidOrder, payByCard } from "./acts/pay-by-card.ts";
import { placeOrder } from "./acts/place-order.ts";
import { type Refunded, refundPart } from "./acts/refund-part.ts";
import { strangerLooksIn } from "./acts/stranger-looks-in.ts";
import type { Stage } from "./stage.ts";

export interface Evening {
  house: House;
  team: Team;
  card: PaidOrder;
  till: TillOrder;
  refunded: Refunded;
  takings: Takings;
  /** Rows that the owner sees and the stranger does not. */
  rowsApart: number;
}

export async function playEvening(stage: Stage): Promise<Evening> {
  const house = await openHouse(stage);
  const team = await gatherTeam(stage, house);
  stage.timeline.act("Table 1 orders, and pays by card");
  const placed = await placeOrder(stage, house, team);
  const card = await payByCard(stage, house, placed.guest, placed.sessionToken, placed.order);
  stage.timeline.act("The kitchen cooks, the server serves");
  await cook(stage, team, card.order);
  await serve(stage, team, card.order);
  await complete(stage, team, card.order, placed.sessionId);
  const till = await payAtTill(stage, house, team, card.order);
  const refunded = await refundPart(stage, house, team, card);
  const takings = await closeBooks(stage, house, card, till, refunded);
  const rowsApart = await strangerLooksIn(stage, house, card);
  return { house, team, card, till, refunded, takings, rowsApart };
}
