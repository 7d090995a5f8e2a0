// How a business day closed: its figures, what differs between what was sold and what was paid, and what was left open.
import { z } from "zod";
import { formatOf } from "./format.ts";
import { letter, type MailContent } from "./letter.ts";
import { fill, type Words } from "./words.ts";

const minor = z.number().int();

export const dailyCloseSchema = z.object({
  to: z.string().min(3),
  venue: z.string(),
  locale: z.string(),
  currency: z.string(),
  business_date: z.iso.date(),
  figures: z.object({
    orders: minor,
    cancelled_orders: minor,
    gross_minor: minor,
    refunds_minor: minor,
    net_minor: minor,
    tax_minor: minor,
    tips_minor: minor,
    unpaid_minor: minor,
    held_minor: minor,
    written_off_minor: minor,
  }),
  payments: z.array(z.object({ method: z.string(), payments: minor, amount_minor: minor })),
  expired_orders: minor,
  closed_sessions: minor,
  unsettled: z.array(z.object({ label: z.string().nullable(), orders: minor, due_minor: minor })),
  open_drawers: z.array(z.object({ name: z.string(), business_date: z.iso.date() })),
});

const methodName = (method: string, words: Words): string =>
  ({ cash: words.cash, card_terminal: words.card, online: words.online })[method] ?? method;

export function dailyCloseMail(values: Omit<z.output<typeof dailyCloseSchema>, "to">): MailContent {
  const { venue, figures, payments, unsettled, open_drawers: drawers } = values;
  const { language, words, money, count, day } = formatOf(values.locale, values.currency);
  const date = day(values.business_date);
  return letter({
    language,
    subject: fill(words.close_subject, { venue, day: date }),
    parts: [
      fill(words.close, { venue, day: date }),
      [
        [words.orders, count(figures.orders)],
        [words.cancelled, count(figures.cancelled_orders)],
        [words.gross, money(figures.gross_minor)],
        [words.refunds, money(figures.refunds_minor)],
        [words.tax, money(figures.tax_minor)],
        [words.net, money(figures.net_minor)],
        [words.tips, money(figures.tips_minor)],
      ],
      ...(payments.length > 0
        ? [
            words.payments,
            payments.map(
              (paid) =>
                [methodName(paid.method, words), `${money(paid.amount_minor)} (${count(paid.payments)})`] as const,
            ),
          ]
        : []),
      words.differences,
      [
        [words.unpaid, money(figures.unpaid_minor)],
        [words.held, money(figures.held_minor)],
        [words.written_off, money(figures.written_off_minor)],
        [words.expired, count(values.expired_orders)],
        [words.closed, count(values.closed_sessions)],
      ],
      ...(unsettled.length > 0
        ? [
            words.unsettled,
            unsettled.map(
              (session) =>
                [session.label ?? words.no_table, `${money(session.due_minor)} (${count(session.orders)})`] as const,
            ),
          ]
        : []),
      ...(drawers.length > 0
        ? [words.open_drawers, drawers.map((drawer) => [drawer.name, day(drawer.business_date)] as const)]
        : []),
    ],
  });
}
