// A refusal in the shape of hosted Auth's errors, which supabase-js reads: the stable word is `error_code`.
export class AuthProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toAnswer(): JsonAnswer {
    return { status: this.status, body: { code: this.status, error_code: this.code, msg: this.message } };
  }
}

export type JsonAnswer = { status: number; body: unknown; headers?: Record<string, string> };
