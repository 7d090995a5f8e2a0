// Amounts in minor units, with the smallest and the largest charge that Stripe accepts.
import { invalid } from "./failure.ts";

/** Smallest charge by settlement currency, from Stripe's published table; other currencies have none here. */
const SMALLEST: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};
const LARGEST = 99_999_999;

export function formatMoney(amount: number, currency: string): string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

export function assertAmount(amount: number, currency: string, param = "amount"): void {
  const smallest = SMALLEST[currency] ?? 1;
  if (amount < smallest) {
    const message = `Amount must be at least ${formatMoney(smallest, currency)} ${currency}`;
    throw invalid(message, { code: "amount_too_small", param });
  }
  if (amount > LARGEST) {
    const message = `Amount must be no more than ${formatMoney(LARGEST, currency)} ${currency}`;
    throw invalid(message, { code: "amount_too_large", param });
  }
}
