// What runs low at a venue, all in one mail, for those who may order more.
import { z } from "zod";
import { formatOf } from "./format.ts";
import { letter, type MailContent } from "./letter.ts";
import { fill } from "./words.ts";

export const lowStockSchema = z.object({
  to: z.string().min(3),
  venue: z.string(),
  locale: z.string(),
  currency: z.string(),
  ingredients: z
    .array(
      z.object({
        name: z.string(),
        unit: z.string(),
        on_hand: z.number(),
        level: z.number(),
        on_order: z.number().nullable(),
      }),
    )
    .min(1),
});

export function lowStockMail(values: Omit<z.output<typeof lowStockSchema>, "to">): MailContent {
  const { venue, ingredients } = values;
  const { language, words, count } = formatOf(values.locale, values.currency);
  const amount = (value: number, unit: string) => `${count(value)} ${unit === "each" ? words.pieces : unit}`;
  return letter({
    language,
    subject: fill(words.low_stock_subject, { venue, count: count(ingredients.length) }),
    parts: [
      fill(words.low_stock, { venue }),
      ingredients.map(({ name, unit, on_hand, level, on_order }) => {
        const left = fill(words.left, { quantity: amount(on_hand, unit), level: amount(level, unit) });
        const ordered = on_order === null ? "" : `; ${fill(words.on_order, { quantity: amount(on_order, unit) })}`;
        return [name, left + ordered] as const;
      }),
    ],
  });
}
