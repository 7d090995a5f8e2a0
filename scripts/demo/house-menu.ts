/** The menu that the owner writes, as data, and how a guest chooses from the published one by name. */
import { randomUUID } from "node:crypto";
import type { Menu } from "./answers.ts";

interface Dish {
  category: string;
  name: string;
  description: string;
  price_minor: number;
  choices: string[];
}

export const STATIONS = [
  { name: "Grill", kind: "grill", categories: ["Small plates", "Mains"] },
  { name: "Bar", kind: "bar", categories: ["Drinks"] },
];

export const DISHES: Dish[] = [
  { category: "Small plates", name: "Padrón peppers", description: "Sea salt", price_minor: 650, choices: [] },
  { category: "Small plates", name: "Flatbread", description: "Whipped feta", price_minor: 550, choices: [] },
  {
    category: "Mains",
    name: "Charcoal burger",
    description: "With chips",
    price_minor: 1450,
    choices: ["Cooked", "Extras"],
  },
  { category: "Mains", name: "Baked aubergine", description: "Miso, sesame", price_minor: 1350, choices: [] },
  { category: "Drinks", name: "Lemonade", description: "Made here", price_minor: 350, choices: ["Size"] },
  { category: "Drinks", name: "Stout", description: "A pint", price_minor: 620, choices: [] },
];

export const CHOICES = [
  { name: "Cooked", min_choices: 1, max_choices: 1, options: { Medium: 0, "Well done": 0 } },
  { name: "Extras", min_choices: 0, max_choices: 2, options: { Bacon: 180, Cheddar: 120 } },
  { name: "Size", min_choices: 1, max_choices: 1, options: { Small: 0, Large: 120 } },
];

export const UK_STANDARD_RATE_BP = 2000;

/** The rows of the draft. The client makes the ids, so that parents and children go out as one insert per table. */
export function draftRows(venue_id: string, stations: { id: string; name: string }[]) {
  const stationOf = (category: string) => {
    const name = STATIONS.find(({ categories }) => categories.includes(category))?.name;
    return stations.find((station) => station.name === name)?.id ?? null;
  };
  const categories = [...new Set(DISHES.map(({ category }) => category))].map((name, position) => {
    return { id: randomUUID(), venue_id, name, position, station_id: stationOf(name) };
  });
  const groups = CHOICES.map(({ options: _, ...group }) => ({ id: randomUUID(), venue_id, ...group }));
  const idOf = (rows: { id: string; name: string }[], name: string) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (!row) throw new Error(`the menu names ${name}, which it does not have`);
    return row.id;
  };
  const items = DISHES.map(({ category, choices: _, ...dish }, position) => ({
    id: randomUUID(),
    venue_id,
    category_id: idOf(categories, category),
    tax_rate_bp: UK_STANDARD_RATE_BP,
    position,
    ...dish,
  }));
  const options = CHOICES.flatMap(({ name, options }) =>
    Object.entries(options).map(([option, price_delta_minor], position) => {
      return { venue_id, group_id: idOf(groups, name), name: option, price_delta_minor, position };
    }),
  );
  const links = DISHES.flatMap(({ name, choices }) =>
    choices.map((choice, position) => {
      return { venue_id, menu_item_id: idOf(items, name), group_id: idOf(groups, choice), position };
    }),
  );
  return { categories, groups, items, options, links };
}

/** An order line, chosen by name from what guests see. It carries no price. */
export function lineOf(menu: Menu, name: string, quantity: number, choices: string[] = []) {
  const item = menu.categories.flatMap(({ items }) => items).find((candidate) => candidate.name === name);
  if (!item) throw new Error(`the published menu has no ${name}`);
  const options = item.modifier_groups.flatMap((group) => group.options);
  const chosen = choices.map((choice) => {
    const option = options.find((candidate) => candidate.name === choice);
    if (!option) throw new Error(`${name} does not offer ${choice}`);
    return option.id;
  });
  return { menu_item_id: item.id, quantity, options: chosen };
}
