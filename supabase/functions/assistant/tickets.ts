// The kitchen's board, shortened: a model needs no more than it can say, and a long list is a long bill.
import { z } from "zod";

const MOST = 200;
const board = z.looseObject({ tickets: z.array(z.looseObject({ status: z.string(), age: z.string().nullable() })) });
type Ticket = z.output<typeof board>["tickets"][number];

export function ticketsOf(answer: unknown, wanted: (ticket: Ticket) => boolean) {
  const { tickets, ...rest } = board.parse(answer);
  const chosen = tickets.filter(wanted);
  return { ...rest, total: chosen.length, tickets: chosen.slice(0, MOST) };
}
