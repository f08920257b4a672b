import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { read } from "./read-files.ts";

const folder = mkdtempSync(join(tmpdir(), "natlens-"));
afterAll(() => rmSync(folder, { recursive: true }));

const files: readonly (readonly [string, string, boolean])[] = [
  ["iptables-save.txt", "*nat\nCOMMIT\n", true],
  ["notes", "$ ip addr\n", true],
  ["addr.json", '[{"ifindex":1,"ifname":"lo"}]', true],
  ["route.json", '[{"dst":"default","gateway":"10.0.0.1"}]', true],
  ["svc.json", '{\n  "apiVersion": "v1",\n  "items": []\n}', true],
  ["nft.json", '{"nftables": [{"metainfo": {}}]}', true],
  ["issue.md", "```\n*nat\nCOMMIT\n```\n", true],
  ["expected.json", '{"id":"ip-forward-off","dst":"10.0.0.1"}', false],
  ["README.md", "# How these were made\n", false],
  ["eth0.pcap", "x", false],
];

it("takes the dumps of a folder, JSON that tools print among them", () => {
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  const names = read(folder).map((f) => f.name.split("/").at(-1));
  expect(names.sort()).toEqual(files.flatMap(([name, , dump]) => (dump ? [name] : [])).sort());
});
