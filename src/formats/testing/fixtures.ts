import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../index.ts";

export interface Fixture {
  /** The format whose fixture it is. */
  readonly id: string;
  /** `ip-addr/iproute2-6.1.txt` */
  readonly name: string;
  /** With a line end at its end. */
  readonly text: string;
}

/** The fixtures of all formats. */
export const fixtures: readonly Fixture[] = formats.flatMap(({ id }) => {
  const folder = join(import.meta.dirname, "..", id, "fixtures");
  return readdirSync(folder)
    .filter((name) => !name.endsWith(".md"))
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return { id, name: `${id}/${name}`, text: text.endsWith("\n") ? text : `${text}\n` };
    });
});
