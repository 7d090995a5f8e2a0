/** An owner goes from no account to a venue whose codes can be scanned. */
import { organisationAnswer, publishAnswer, qrAnswer, venueAnswer } from "../answers.ts";
import { DISHES, draftRows, STATIONS } from "../house-menu.ts";
import { expectEqual } from "../mismatch.ts";
import { accept, type Person } from "../person.ts";
import { addressOf, joinStage, type Stage } from "../stage.ts";

export const SERVICE_CHARGE_BP = 1250;

interface QrTokens {
  table1: string;
  table2: string;
}

export interface House {
  owner: Person;
  organisationId: string;
  organisationSlug: string;
  venueId: string;
  venueSlug: string;
  qrTokens: QrTokens;
}

export async function openHouse(stage: Stage): Promise<House> {
  const { timeline, run, logOf } = stage;
  timeline.act("The owner opens the house");
  const owner = await timeline.step({
    actor: "owner",
    title: "signs up",
    look: logOf("auth"),
    async work(say) {
      say(addressOf(stage, "owner"));
      return joinStage(stage, "owner");
    },
  });
  const organisation = await timeline.step({
    actor: "owner",
    title: "creates the organisation",
    look: logOf("rest"),
    async work(say) {
      const args = { p_name: "Demo Kitchens", p_slug: `demo-kitchens-${run}` };
      const made = await owner.call("create_organisation", args, organisationAnswer);
      expectEqual("a new organisation", made, { slug: args.p_slug, subscription_status: "trialing" });
      say(made.slug, "14 days on trial");
      return made;
    },
  });
  const venue = await timeline.step({
    actor: "owner",
    title: "creates the venue",
    look: logOf("rest"),
    async work(say) {
      const args = { p_organisation_id: organisation.id, p_name: "Demo Bistro", p_slug: `demo-bistro-${run}` };
      const made = await owner.call("create_venue", args, venueAnswer);
      const settings = { service_charge_bp: SERVICE_CHARGE_BP };
      const { client } = owner;
      const saved = accept("venue settings", await client.from("venues").update(settings).eq("id", made.id).select());
      expectEqual("the saved settings", saved[0], settings);
      say(made.slug, `${made.currency}, 12.5 % service at tables`);
      return made;
    },
  });
  await writeMenu(stage, owner, venue.id);
  const qrTokens = await setTables(stage, owner, venue.id);
  return {
    owner,
    organisationId: organisation.id,
    organisationSlug: organisation.slug,
    venueId: venue.id,
    venueSlug: venue.slug,
    qrTokens,
  };
}

async function writeMenu({ timeline, logOf }: Stage, owner: Person, venueId: string): Promise<void> {
  const look = logOf("rest");
  const { client } = owner;
  const rows = await timeline.step({
    actor: "owner",
    title: "writes the menu, with modifiers",
    look,
    async work(say) {
      const wanted = STATIONS.map(({ name, kind }) => ({ venue_id: venueId, name, kind }));
      const stations = accept("stations", await client.from("kitchen_stations").insert(wanted).select("id, name"));
      const draft = draftRows(venueId, stations);
      accept("categories", await client.from("menu_categories").insert(draft.categories).select("id"));
      accept("groups", await client.from("modifier_groups").insert(draft.groups).select("id"));
      accept("items", await client.from("menu_items").insert(draft.items).select("id"));
      accept("options", await client.from("modifier_options").insert(draft.options).select("id"));
      accept("links", await client.from("menu_item_modifier_groups").insert(draft.links).select("group_id"));
      say(`${draft.items.length} dishes`, `${draft.options.length} options in ${draft.groups.length} groups`);
      return draft;
    },
  });
  await timeline.step({
    actor: "owner",
    title: "publishes it, all at once",
    look,
    async work(say) {
      const published = await owner.call("publish_menu", { p_venue_id: venueId }, publishAnswer);
      expectEqual("the first publication", published, { version: 1, changed: true });
      const priced = await client.from("published_menu_items").select("menu_item_id").eq("venue_id", venueId);
      expectEqual("every dish is priced", accept("published items", priced).length, DISHES.length);
      say(`version ${published.version}`, `${rows.items.length} dishes for guests`);
    },
  });
}

async function setTables({ timeline, logOf }: Stage, owner: Person, venue_id: string): Promise<QrTokens> {
  return timeline.step({
    actor: "owner",
    title: "sets two tables, prints their codes",
    look: logOf("rest"),
    async work(say) {
      const set = async (label: string) => {
        const table = { venue_id, label, seats: 4, area: "Window" };
        const { id } = accept("table", await owner.client.from("tables").insert(table).select("id").single());
        const args = { p_venue_id: venue_id, p_kind: "table", p_table_id: id };
        return (await owner.call("rotate_qr_code", args, qrAnswer)).token;
      };
      const tokens = { table1: await set("1"), table2: await set("2") };
      say("tables 1 and 2", "each token shown once, stored as a hash");
      return tokens;
    },
  });
}
