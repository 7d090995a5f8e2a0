/**
 * Reads the few plain files that two npm packages ship inside a .tar.gz. Written out because `tar` differs between
 * systems and need not be there at all; anything but a regular file is passed over, and names cannot leave the folder.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const BLOCK = 512;

export interface TarEntry {
  name: string;
  content: Buffer;
}

export function* readTarball(file: string): Generator<TarEntry> {
  const bytes = gunzipSync(readFileSync(file));
  for (let offset = 0; offset + BLOCK <= bytes.length; ) {
    const field = (start: number, length: number) => {
      const raw = bytes.subarray(offset + start, offset + start + length).toString("utf8");
      return raw.split("\0", 1)[0] ?? "";
    };
    const name = field(0, 100);
    if (name === "") return; // two empty blocks end the archive
    const size = Number.parseInt(field(124, 12), 8);
    const type = field(156, 1);
    const content = bytes.subarray(offset + BLOCK, offset + BLOCK + size);
    if (type === "0" || type === "") yield { name, content };
    offset += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
