/** Minor units to what people read. The only place of the demo that divides money, and only to show it. */

export function money(minor: number, currency = "GBP"): string {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

export const orderNumber = (number: number): string => `#${String(number).padStart(3, "0")}`;
