/**
 * The three ways an order is written, on the same tables, cluster and data: (a) only its rows, (b) place_order in SQL,
 * (c) place_order over HTTP through gateway and PostgREST, as an app does it.
 */
import { Agent, request } from "node:http";
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";
import type { Send } from "./load.ts";

export interface Lane {
  name: string;
  open(clients: number): Promise<{ clients: Send[]; close(): Promise<void> }>;
}

interface Device {
  token: string;
  order_json: postgres.JSONValue;
}

/** Every lane hands out tenants and devices in turn, so that no lane meets a fuller rate limit or a hotter row. */
function inTurn<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => {
    const item = items[next++ % items.length];
    if (item === undefined) throw new Error("nothing to take turns with");
    return item;
  };
}

/** Each client with a connection of its own, as a role and with claims where they are given. */
export const openInSql =
  (url: string) => async (count: number, connection: Record<string, string>, query: (sql: postgres.Sql) => Send) => {
    const connections = Array.from({ length: count }, () => postgres(url, { max: 1, onnotice: () => {}, connection }));
    await Promise.all(connections.map((one) => one`select 1`));
    return {
      clients: connections.map(query),
      close: async () => void (await Promise.all(connections.map((c) => c.end()))),
    };
  };

export async function makeLanes(state: StackState): Promise<Lane[]> {
  const sql = postgres(state.dbUrl, { max: 1, onnotice: () => {} });
  const floors = inTurn(
    await sql<{ venue_id: string; organisation_id: string; item_id: string; station_id: string }[]>`
    select venue_id, organisation_id, item_id, station_id from bench.floors order by n`,
  );
  const devices = inTurn(await sql<Device[]>`select token, order_json from bench.devices order by n`);
  await sql.end();

  const inSql = openInSql(state.dbUrl);
  return [
    {
      name: "a floor (rows only, SQL)",
      open: (count) =>
        inSql(count, {}, (sql) => async () => {
          const { venue_id, organisation_id, item_id, station_id } = floors();
          await sql`select bench.floor(${venue_id}, ${organisation_id}, ${item_id}, ${station_id})`;
        }),
    },
    {
      name: "b place_order (SQL)",
      open: (count) =>
        inSql(count, { role: "anon", "request.jwt.claims": '{"role":"anon"}' }, (sql) => async () => {
          const { token, order_json } = devices();
          await sql`select public.place_order(${token}, ${crypto.randomUUID()}, ${sql.json(order_json)})`;
        }),
    },
    {
      name: "c place_order (HTTP)",
      open: async (count) => {
        const call = httpCaller(state, count);
        const send: Send = async () => {
          const { token, order_json } = devices();
          const key = crypto.randomUUID();
          await call.rpc("place_order", { p_session_token: token, p_idempotency_key: key, p_order: order_json });
        };
        return { clients: Array.from({ length: count }, () => send), close: call.close };
      },
    },
  ];
}

/** The published menu, in SQL and over HTTP: what every guest's phone asks for first. */
export function menuLanes(state: StackState, venues: number): Lane[] {
  const slugs = inTurn(Array.from({ length: venues }, (_, i) => `bench-venue-${i + 1}`));
  return [
    {
      name: "get_menu (SQL)",
      open: async (count) => {
        const connection = { role: "anon", "request.jwt.claims": '{"role":"anon"}' };
        const sql = postgres(state.dbUrl, { max: count, onnotice: () => {}, connection });
        const send: Send = async () => void (await sql`select public.get_menu(${slugs()})`);
        return { clients: Array.from({ length: count }, () => send), close: () => sql.end() };
      },
    },
    {
      name: "get_menu (HTTP)",
      open: async (count) => {
        await allowForAnHour(state);
        const call = httpCaller(state, count);
        const send: Send = () => call.rpc("get_menu", { p_venue_slug: slugs() });
        return { clients: Array.from({ length: count }, () => send), close: call.close };
      },
    },
  ];
}

/** So many guests do not come from one address, which may read 600 menus a minute: this one starts far below nothing. */
async function allowForAnHour(state: StackState): Promise<void> {
  const sql = postgres(state.dbUrl, { max: 1, onnotice: () => {} });
  await sql`insert into private.rate_limits (scope, subject, minute, used)
    select 'get_menu', md5('get_menu|127.0.0.1')::uuid, date_bin('1 minute', now(), '2000-01-01 00:00:00+00') + n * interval '1 minute', -1000000000
    from generate_series(0, 60) n on conflict (scope, subject, minute) do update set used = excluded.used`;
  await sql.end();
}

function httpCaller(state: StackState, count: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  const headers = { apikey: state.publishableKey, "content-type": "application/json" };
  const rpc = (name: string, args: Record<string, unknown>) =>
    new Promise<void>((resolve, reject) => {
      const body = JSON.stringify(args);
      const outgoing = request(
        `${state.url}/rest/v1/rpc/${name}`,
        { method: "POST", agent, headers: { ...headers, "content-length": Buffer.byteLength(body) } },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8");
          answer.on("data", (chunk: string) => {
            text += chunk;
          });
          answer.on("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error(text.slice(0, 200)))));
          answer.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  return { rpc, close: async () => agent.destroy() };
}
