/** The rules about what goes on to organisations' own accounts; see books.ts. */
import type { Rules } from "./books.ts";

const BOOKED = `(select coalesce(sum(e.amount_minor) filter (where t.kind = 'transfer' and e.account = 'provider'), 0) as sent,
    coalesce(sum(e.amount_minor) filter (where t.kind = 'transfer_reversal' and e.account = 'provider'), 0) as back,
    coalesce(sum(e.amount_minor) filter (where t.kind = 'transfer' and e.account = 'platform_fees'), 0) as fee,
    coalesce(-sum(e.amount_minor) filter (where t.kind = 'transfer_reversal' and e.account = 'platform_fees'), 0) as fee_back
  from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.payment_id = p.id)`;

export const CONNECT_RULES: Rules = {
  "a settled payment went on as a whole where it was to go, any other did not": `
    select p.organisation_id, p.id::text as subject, format('%s to %s, sent %s', p.amount_minor, p.destination, b.sent) as detail
    from public.payments p cross join lateral ${BOOKED} b
    where -b.sent <> case when p.destination is not null and p.status = 'succeeded' then p.amount_minor else 0 end
      or b.fee <> case when p.status = 'succeeded' then p.application_fee_minor else 0 end`,
  "never more comes back than went on, and of our fee what that is worth": `
    select p.organisation_id, p.id::text as subject, format('%s of %s, fee %s of %s', b.back, p.amount_minor, b.fee_back, b.fee) as detail
    from public.payments p cross join lateral ${BOOKED} b
    where b.back > p.reversal_claimed_minor or b.fee_back <> private.divide_half_up(b.fee::bigint * b.back::bigint, p.amount_minor)`,
};
