import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Unreadable } from "./command.ts";

/** Files in a folder that are never dumps. */
const notDumps = /\.(?:pcap|pcapng|gz|zip|png)$|^(?:readme|index)\.md$/i;

/** JSON as kubectl, ip and nft print it; other JSON in a folder of dumps is somebody's notes. */
const printedJson = /"(?:apiVersion|ifname|ifindex|nftables)"\s*:|^\s*\[\s*\{\s*"(?:dst|type|priority)"\s*:/;
const isDump = (name: string, content: Buffer): boolean =>
  !/\.json$/i.test(name) || printedJson.test(content.toString("latin1", 0, 65_536));

/** What a path names: a file, the dumps in a folder, or standard input. */
export function read(path: string): { name: string; content: Uint8Array }[] {
  try {
    if (path === "-") return [{ name: "-", content: readFileSync(0) }];
    if (!statSync(path).isDirectory()) return [{ name: path, content: readFileSync(path) }];
    const files = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !notDumps.test(entry.name))
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({ name, content: readFileSync(join(path, name)) }))
      .filter(({ name, content }) => isDump(name, content))
      .map(({ name, content }) => ({ name: join(basename(path), name), content }));
    if (files.length === 0) throw new Error("the folder holds no text files");
    return files;
  } catch (error) {
    throw new Unreadable(path, error instanceof Error ? error.message : String(error));
  }
}
