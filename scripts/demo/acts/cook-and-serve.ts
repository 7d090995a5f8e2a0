/** The kitchen works its tickets and the order follows; the server brings it and, once it is paid, is done with it. */
import { closedAnswer, type Order, orderAnswer, ticketAnswer } from "../answers.ts";
import { expectEqual } from "../mismatch.ts";
import { orderNumber } from "../money.ts";
import { accept, type Person } from "../person.ts";
import type { Stage } from "../stage.ts";
import type { Team } from "./gather-team.ts";

type TicketStatus = "in_progress" | "ready" | "bumped";

/** Where a ticket goes, what the kitchen calls it, and how far the order is when the last ticket is there. */
const KITCHEN_STEPS: { to: TicketStatus; title: (order: string) => string; orderStatus: string }[] = [
  { to: "in_progress", title: (order) => `starts the tickets of ${order}`, orderStatus: "preparing" },
  { to: "ready", title: (order) => `has ${order} ready`, orderStatus: "ready" },
  { to: "bumped", title: (order) => `bumps ${order} off its screen`, orderStatus: "ready" },
];

export async function cook({ timeline, logOf }: Stage, { kitchen }: Team, order: Order): Promise<void> {
  for (const { to, title, orderStatus } of KITCHEN_STEPS) {
    await timeline.step({
      actor: "kitchen",
      title: title(orderNumber(order.number)),
      look: logOf("rest"),
      async work(say) {
        const tickets = await ticketsOf(kitchen, order);
        for (const { id } of tickets) {
          const moved = await kitchen.call("advance_ticket", { p_ticket_id: id, p_to: to }, ticketAnswer);
          expectEqual("the ticket", moved.status, to);
        }
        expectEqual("the order", await statusOf(kitchen, order), orderStatus);
        const stations = [...new Set(tickets.map(({ station }) => station))].sort();
        say(
          `${tickets.length} tickets ${to.replace("_", " ")} at ${stations.join(" and ")}`,
          `the order is ${orderStatus}`,
        );
      },
    });
  }
}

export async function serve({ timeline, logOf }: Stage, { server }: Team, order: Order): Promise<void> {
  await timeline.step({
    actor: "server",
    title: `serves ${orderNumber(order.number)}`,
    look: logOf("rest"),
    async work(say) {
      const served = await server.call("advance_order", { p_order_id: order.id, p_to: "served" }, orderAnswer);
      expectEqual("the order", served.status, "served");
      say("the order is served");
    },
  });
}

export async function complete(
  { timeline, logOf }: Stage,
  { server }: Team,
  order: Order,
  sessionId: string,
): Promise<void> {
  await timeline.step({
    actor: "server",
    title: `completes ${orderNumber(order.number)}, frees the table`,
    look: logOf("rest"),
    async work(say) {
      const completed = await server.call("advance_order", { p_order_id: order.id, p_to: "completed" }, orderAnswer);
      expectEqual("the order", completed, { status: "completed", due_minor: 0 });
      await server.call("close_table_session", { p_session_id: sessionId }, closedAnswer);
      say("completed", "session closed");
    },
  });
}

async function ticketsOf({ client }: Person, order: Order): Promise<{ id: string; station: string }[]> {
  const tickets = accept(
    "tickets",
    await client.from("kitchen_tickets").select("id, station_id").eq("order_id", order.id),
  );
  const stations = accept("stations", await client.from("kitchen_stations").select("id, name"));
  expectEqual("whether the order has tickets", tickets.length > 0, true);
  return tickets.map(({ id, station_id }) => {
    return { id, station: stations.find((station) => station.id === station_id)?.name ?? "unknown station" };
  });
}

async function statusOf({ client }: Person, order: Order): Promise<string> {
  return accept("order", await client.from("orders").select("status").eq("id", order.id).single()).status;
}
