/** Lines from a person or a pipe, asked for one at a time; what is secret is not shown while it is typed. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

export interface Terminal {
  say(text: string): void;
  /** Text without an end of line. */
  write(text: string): void;
  /** The next line; null when there is none any more. */
  ask(question: string): Promise<string | null>;
  askSecretly(question: string): Promise<string | null>;
  close(): void;
}

export function openTerminal(): Terminal {
  let isSecret = false;
  const shown = new Writable({
    write(chunk, _encoding, done) {
      if (!isSecret) process.stdout.write(chunk);
      done();
    },
  });
  const isPerson = process.stdin.isTTY === true;
  const reader = createInterface({ input: process.stdin, output: shown, terminal: isPerson });
  const lines = reader[Symbol.asyncIterator]();
  const ask = async (question: string) => {
    process.stdout.write(question);
    const { done, value } = await lines.next();
    if (!isPerson) process.stdout.write("\n");
    return done ? null : value;
  };
  return {
    say: (text) => console.log(text),
    write: (text) => process.stdout.write(text),
    ask,
    async askSecretly(question) {
      isSecret = true;
      try {
        return await ask(question);
      } finally {
        isSecret = false;
        if (isPerson) process.stdout.write("\n");
      }
    },
    close: () => reader.close(),
  };
}
