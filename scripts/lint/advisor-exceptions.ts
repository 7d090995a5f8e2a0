/**
 * Advice of `supabase db advisors` that does not apply to a whole kind of finding, with the reason. For a single object
 * the reason stands in its comment instead, as a sentence that begins "Advisor <name of the advice>:".
 */
export const ADVISOR_EXCEPTIONS: Record<string, string> = {
  unused_index:
    "Judged by what ran since the database was made, and this one was made a moment ago: no index has been used yet. " +
    "Every index is justified where it is created; on a live project the advice is worth reading.",
};
