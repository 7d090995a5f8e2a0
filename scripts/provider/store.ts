// The provider's memory: one SQLite file, so that an object, its events, their deliveries and the idempotency record
// of the request that caused them are committed together or not at all, and a kill -9 loses nothing answered.
// Trusts its caller for the shape of an object; knows nothing of Stripe's rules.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type Stripe from "stripe";
import type { Account } from "./connected-account.ts";

export interface Kinds {
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  charge: Stripe.Charge;
  account: Account;
  transfer: Stripe.Transfer;
  application_fee: Stripe.ApplicationFee;
  refund: Stripe.Refund;
  customer: Stripe.Customer;
  dispute: Stripe.Dispute;
  balance_transaction: Stripe.BalanceTransaction;
  event: Stripe.Event;
  "checkout.session": Stripe.Checkout.Session;
  product: Stripe.Product;
  price: Stripe.Price;
  subscription: Stripe.Subscription;
  invoice: Stripe.Invoice;
  "billing_portal.configuration": Stripe.BillingPortal.Configuration;
  "billing_portal.session": Stripe.BillingPortal.Session;
  webhook_endpoint: Stripe.WebhookEndpoint;
}
export type Kind = keyof Kinds;
export type Saved = Kinds[Kind];

export interface Page {
  readonly limit: number;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
  readonly created?: number | Partial<Record<"gt" | "gte" | "lt" | "lte", number | undefined>> | undefined;
}
/** Each pair keeps the objects whose field (a JSON path) has one of the values. */
export type Filter = Readonly<Record<string, string | readonly string[] | undefined>>;

const SCHEMA = `
  create table if not exists objects (
    seq integer primary key autoincrement, id text not null unique, kind text not null,
    created integer not null, body text not null
  ) strict;
  create index if not exists objects_by_kind on objects (kind, created, seq);
  create table if not exists details (id text primary key, body text not null) strict;
  create table if not exists idempotency (
    key text primary key, path text not null, params text not null,
    status integer not null, body text not null, request_id text not null, created_at integer not null
  ) strict;
  create table if not exists deliveries (
    id integer primary key autoincrement, event_id text not null, forgery text not null, payload text not null,
    status text not null check (status in ('pending', 'held', 'delivered', 'failed', 'dropped')),
    due_at integer not null, attempts integer not null default 0, created_at integer not null
  ) strict;
  create index if not exists deliveries_pending on deliveries (due_at, id) where status = 'pending';
  create table if not exists attempts (
    delivery_id integer not null references deliveries (id) on delete cascade,
    at integer not null, status integer, error text, took_ms integer not null, signature text
  ) strict;
`;

const SQLITE_BUSY = 5;
const COMPARISONS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

export class Store {
  readonly database: DatabaseSync;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.database = new DatabaseSync(join(directory, "provider.sqlite"));
    // Exclusive: a second provider in the same folder would deliver everything twice; it fails to open instead.
    const settings = ["locking_mode = exclusive", "journal_mode = wal", "synchronous = full", "foreign_keys = on"];
    try {
      this.database.exec(settings.map((setting) => `pragma ${setting};`).join(" "));
      this.database.exec(SCHEMA);
    } catch (error) {
      this.database.close();
      const busy = error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
      throw busy ? new Error(`${directory} is in use by another provider`) : error;
    }
  }

  /** Everything that `work` writes is kept, or, when it throws, nothing. `work` is synchronous: nobody cuts in. */
  transaction<T>(work: () => T): T {
    this.database.exec("begin immediate");
    try {
      const result = work();
      this.database.exec("commit");
      return result;
    } catch (error) {
      this.database.exec("rollback");
      throw error;
    }
  }

  rows<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.database.prepare(sql).all(...values) as T[];
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.database.prepare(sql).run(...values).changes);
  }

  get<K extends Kind>(kind: K, id: string): Kinds[K] | undefined {
    const [row] = this.rows<{ body: string }>("select body from objects where id = ? and kind = ?", id, kind);
    return row && (JSON.parse(row.body) as Kinds[K]);
  }

  save(object: Saved): void {
    this.run(
      `insert into objects (id, kind, created, body) values (?, ?, ?, ?)
       on conflict (id) do update set body = excluded.body`,
      object.id,
      object.object,
      object.created,
      JSON.stringify(object),
    );
  }

  remove(id: string): void {
    this.run("delete from objects where id = ?", id);
  }

  /** What belongs to an object but is not part of its public shape, such as the lines of a checkout session. */
  detail<T>(id: string): T | undefined {
    const [row] = this.rows<{ body: string }>("select body from details where id = ?", id);
    return row && (JSON.parse(row.body) as T);
  }

  saveDetail(id: string, detail: object): void {
    this.run("insert or replace into details (id, body) values (?, ?)", id, JSON.stringify(detail));
  }

  /** Newest first, as Stripe lists. */
  list<K extends Kind>(kind: K, page: Page, filter: Filter = {}): { data: Kinds[K][]; has_more: boolean } {
    const where = ["kind = ?"];
    const values: SQLInputValue[] = [kind];
    for (const [field, wanted] of Object.entries(filter)) {
      if (wanted === undefined) continue;
      const accepted = typeof wanted === "string" ? [wanted] : wanted;
      where.push(`json_extract(body, ?) in (${accepted.map(() => "?").join(", ")})`);
      values.push(`$.${field}`, ...accepted);
    }
    const range = typeof page.created === "number" ? { gte: page.created, lte: page.created } : (page.created ?? {});
    for (const [name, operator] of Object.entries(COMPARISONS)) {
      const bound = range[name as keyof typeof COMPARISONS];
      if (bound === undefined) continue;
      where.push(`created ${operator} ?`);
      values.push(bound);
    }
    const cursor = page.starting_after ?? page.ending_before;
    const backwards = page.starting_after === undefined && page.ending_before !== undefined;
    if (cursor !== undefined) {
      where.push(`(created, seq) ${backwards ? ">" : "<"} (select created, seq from objects where id = ?)`);
      values.push(cursor);
    }
    const sql = `select body from objects where ${where.join(" and ")}
                 order by created ${backwards ? "asc" : "desc"}, seq ${backwards ? "asc" : "desc"} limit ?`;
    const found = this.rows<{ body: string }>(sql, ...values, page.limit + 1).map((row) => JSON.parse(row.body));
    const data = found.slice(0, page.limit) as Kinds[K][];
    return { data: backwards ? data.reverse() : data, has_more: found.length > page.limit };
  }

  all<K extends Kind>(kind: K, filter: Filter = {}): Kinds[K][] {
    return this.list(kind, { limit: 1_000_000 }, filter).data;
  }

  /** The provider may come back at another port: addresses of pages that still wait for a person move with it. */
  moveTo(baseUrl: string): void {
    this.run(
      `update objects set body = json_set(body, '$.url', ? || '/c/pay/' || id)
       where kind = 'checkout.session' and json_extract(body, '$.status') = 'open'`,
      baseUrl,
    );
    this.run(
      `update objects set body = json_set(body, '$.next_action.redirect_to_url.url', ? || '/c/authenticate/' || id)
       where kind = 'payment_intent' and json_extract(body, '$.status') = 'requires_action'`,
      baseUrl,
    );
  }

  clear(): void {
    this.transaction(() => {
      this.database.exec(
        "delete from attempts; delete from deliveries; delete from idempotency; delete from details; delete from objects;",
      );
    });
  }

  close(): void {
    this.database.close();
  }
}
