// Makes what has just happened old, so that a test can look at last week without waiting for it: payment intents, their
// charges, refunds, balance transactions and events. Identifiers and the order of what happened stay.
import type { Store } from "./store.ts";

const OWN = `
  with own as (
    select id from objects where id in (select value from json_each(?1))
      or json_extract(body, '$.payment_intent') in (select value from json_each(?1))
  )
  update objects set created = created - ?2, body = json_set(body, '$.created', created - ?2)
  where id in (select id from own)
    or (kind = 'balance_transaction' and json_extract(body, '$.source') in (select id from own))
    or (kind = 'event' and json_extract(body, '$.data.object.id') in (select id from own))`;

/** How many objects and events are `seconds` older now. */
export const age = (store: Store, ids: readonly string[], seconds: number): number =>
  store.run(OWN, JSON.stringify(ids), seconds);
