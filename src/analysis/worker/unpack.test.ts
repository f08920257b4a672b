import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { unpack } from "./unpack.ts";

const folder = mkdtempSync(join(tmpdir(), "natlens-unpack-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const long = `${"a-name-of-more-than-a-hundred-characters-".repeat(4)}.txt`;
for (const name of ["nat.txt", long]) writeFileSync(join(folder, name), `*nat\n# ${name.length}\nCOMMIT\n`);
execFileSync("tar", ["-C", folder, "-cf", join(folder, "node.tar"), "nat.txt", long]);
const tar = new Uint8Array(readFileSync(join(folder, "node.tar")));

const namesOf = async (name: string, content: Uint8Array): Promise<unknown> => {
  const { files, says } = await unpack(name, new Blob([content as Uint8Array<ArrayBuffer>]));
  return [
    ...(await Promise.all(files.map(async (f) => `${f.name}: ${(await f.content.text()).slice(0, 4)}`))),
    says?.en,
  ].filter((x) => x !== undefined);
};

describe("unpack", () => {
  it.each([
    ["a text is itself", "save.txt", bytes("*nat\n"), ["save.txt: *nat"]],
    ["one file", "save.txt.gz", gzipSync(bytes("*nat\n")), ["save.txt: *nat"]],
    ["tar of GNU, with a long name", "node.tar", tar, ["nat.txt: *nat", `${long}: *nat`]],
    ["tar in gzip", "node.tgz", gzipSync(tar), ["nat.txt: *nat", `${long}: *nat`]],
    [
      "zip, with a gz inside and what an archiver adds",
      "node.zip",
      zipSync({ "a/nat.txt": bytes("*nat\n"), "b.gz": gzipSync(bytes("*raw\n")), "__MACOSX/._a": bytes("x") }),
      ["a/nat.txt: *nat", "b: *raw"],
    ],
    ["nothing", "empty.zip", new Uint8Array(0), []],
  ])("%s", async (_, name, content, files) => {
    expect(await namesOf(name, content)).toEqual(files);
  });

  it.each([
    ["gz", gzipSync(bytes("*nat\n".repeat(5000)), { level: 0 })],
    ["zip", zipSync({ a: bytes("*nat\n".repeat(5000)) }, { level: 0 })],
  ])("a %s that is cut off gives what it has, and says so", async (kind, whole) => {
    const { files, says } = await unpack(`x.${kind}`, new Blob([whole.slice(0, 20_000) as Uint8Array<ArrayBuffer>]));
    expect(says?.en).toContain("damaged");
    expect((await files[0]?.content.text())?.slice(0, 4)).toBe("*nat");
  });
});
