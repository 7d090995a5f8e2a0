// What became of each webhook: its deliveries, oldest first, each with every attempt and the signature it carried.
import type { Store } from "./store.ts";

interface Row {
  id: number;
  event_id: string;
  type: string;
  object_id: string;
  signature: string;
  status: string;
  due_at: number;
  created_at: number;
}
interface Attempt {
  delivery_id: number;
  at: number;
  status: number | null;
  error: string | null;
  took_ms: number;
  signature: string | null;
}

export interface DeliveryQuery {
  readonly event?: string;
  readonly type?: string;
  readonly object?: string;
  readonly status?: string;
}

export function deliveryReport(store: Store, query: DeliveryQuery) {
  const rows = store.rows<Row>(
    `select id, event_id, json_extract(payload, '$.type') as type, json_extract(payload, '$.data.object.id') as object_id,
            forgery as signature, status, due_at, created_at
     from deliveries
     where (?1 is null or event_id = ?1) and (?2 is null or json_extract(payload, '$.type') = ?2)
       and (?3 is null or json_extract(payload, '$.data.object.id') = ?3) and (?4 is null or status = ?4)
     order by id`,
    query.event ?? null,
    query.type ?? null,
    query.object ?? null,
    query.status ?? null,
  );
  const attempts = Map.groupBy(
    store.rows<Attempt>("select delivery_id, at, status, error, took_ms, signature from attempts order by at"),
    (attempt) => attempt.delivery_id,
  );
  return rows.map((row) => ({
    ...row,
    attempts: (attempts.get(row.id) ?? []).map(({ delivery_id: _, ...attempt }) => attempt),
  }));
}
