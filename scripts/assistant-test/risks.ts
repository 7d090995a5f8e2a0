/** What can go wrong with a model, by the OWASP Top 10 for LLM applications (2025); attacks are sorted by it. */
export const RISKS = {
  LLM01: "prompt injection",
  LLM02: "sensitive information disclosure",
  LLM03: "supply chain",
  LLM04: "data and model poisoning",
  LLM05: "improper output handling",
  LLM06: "excessive agency",
  LLM07: "system prompt leakage",
  LLM08: "vector and embedding weaknesses",
  LLM09: "misinformation",
  LLM10: "unbounded consumption",
} as const;
export type Risk = keyof typeof RISKS;
