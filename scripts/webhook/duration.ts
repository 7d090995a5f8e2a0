/** "90s", "10m", "2h", "3d" in milliseconds; null for anything else. */
const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function parseDuration(text: string): number | null {
  const { count, unit } = /^(?<count>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
  return count && unit ? Number(count) * (UNITS[unit] ?? 0) : null;
}
