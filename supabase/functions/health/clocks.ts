// When a clock is late: what should have run at least once within two of its periods and a minute has not.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The period of a cron schedule, in seconds, as far as it must be known to call it late. */
export function periodOf(schedule: string): number {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = schedule.trim().split(/\s+/);
  const every = (field: string) => Number(/^\*\/(\d+)$/.exec(field)?.[1] ?? (field === "*" ? 1 : Number.NaN));
  if (/^\d+ seconds?$/.test(schedule)) return MINUTE;
  if (hour === "*" && every(minute)) return every(minute) * MINUTE;
  if (every(hour)) return every(hour) * HOUR;
  if (day === "*" && month === "*" && weekday === "*") return DAY;
  return 31 * DAY;
}

export const latestSeconds = (schedule: string): number => 2 * periodOf(schedule) + MINUTE;

export type ClockState = "ok" | "starting" | "late";

/** A clock that has never run is starting for as long as it could not have been late yet. */
export function clockState(schedule: string, succeededSecondsAgo: number | null, upSeconds: number): ClockState {
  const latest = latestSeconds(schedule);
  if (succeededSecondsAgo === null) return upSeconds <= latest ? "starting" : "late";
  return succeededSecondsAgo <= latest ? "ok" : "late";
}
