import { describe, expect, it } from "vitest";
import { dumps, type Edit, none, rules, services, usualNode } from "../diagnose/testing/damage.ts";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import { ip } from "../simulate/testing/node.ts";
import type { WrittenNode } from "../simulate/testing/written-node.ts";
import type { Console } from "./command.ts";
import { diagnose } from "./commands/diagnose.ts";

/** The healthy side in doubt, as the command line tells it. */
const noHook = rules(/^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m, "");
const rejecting = rules(/^-A FORWARD /m, "-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n-A FORWARD ");

interface Node {
  readonly edit?: Edit;
  readonly more?: Partial<WrittenNode>;
  readonly version?: string;
}
type Dumps = ReturnType<typeof dumps>;
const printed = ({ edit = none, more = {}, version = "1.28" }: Node): Dumps =>
  dumps(usualNode("iptables", version, more), edit);

interface Json {
  readonly findings: readonly { readonly side: string; readonly id: string }[];
  readonly notes: readonly { readonly id: string; readonly says: string }[];
}

function run(healthy: Dumps, broken: Dumps): { status: number; json: Json; text: string } {
  const of = (side: string, all: Dumps): Map<string, string> =>
    new Map(all.map((d) => [`${side}/${d.name}`, d.content]));
  const files = new Map([...of("healthy", healthy), ...of("broken", broken)]);
  const out: string[] = [];
  const console: Console = {
    out: (text) => out.push(text),
    err: () => {},
    read: (path) => [{ name: path, content: new TextEncoder().encode(files.get(path) ?? "") }],
  };
  const names = (side: string): string[] => [...files.keys()].filter((name) => name.startsWith(side));
  const args = ["--healthy", ...names("healthy"), "--broken", ...names("broken")];
  const status = diagnose.run([...args, "--json"], console, "en");
  const json = JSON.parse(out.join("\n")) as Json;
  out.splice(0);
  diagnose.run(args, console, "en");
  return { status, json, text: out.join("\n") };
}

/** The same Services in another range, with other endpoints. */
const elsewhere: readonly ServedPort[] = services.map((s, i) => ({
  ...s,
  clusterIp: ip(`172.30.10.${i + 1}`),
  endpoints: s.endpoints.map((e) => ({ ...e, address: ip(e.address.replace("10.244.", "10.128.")) })),
}));

describe("natlens diagnose", () => {
  it.each<[string, Node, Node, readonly string[], string, number]>([
    ["sound sides", {}, {}, [], "", 0],
    ["the usual sides", {}, { edit: noHook }, ["broken service-hook-missing"], "", 1],
    ["sides exchanged", { edit: noHook }, {}, ["healthy service-hook-missing"], "sides-exchanged", 1],
    [
      "one fault on both",
      { edit: noHook },
      { edit: noHook },
      ["broken service-hook-missing", "healthy service-hook-missing"],
      "healthy-side-has-it-too",
      1,
    ],
    [
      "another fault on the healthy one",
      { edit: rejecting },
      { edit: noHook },
      ["broken service-hook-missing", "healthy host-firewall-rejects"],
      "healthy-side-is-not-healthy",
      1,
    ],
    ["two clusters", { more: { services: elsewhere } }, {}, [], "different-clusters", 0],
    [
      "two clusters, one of them with a fault",
      { more: { services: elsewhere } },
      { edit: noHook },
      ["broken service-hook-missing"],
      "different-clusters",
      1,
    ],
    ["two versions", { version: "1.19" }, {}, [], "different-kube-proxy", 0],
    [
      "two versions, a fault",
      { version: "1.19" },
      { edit: noHook },
      ["broken service-hook-missing"],
      "different-kube-proxy",
      1,
    ],
  ])("%s", (_, healthy, broken, findings, note, expected) => {
    const { status, json, text } = run(printed(healthy), printed(broken));
    expect(json.findings.map((f) => `${f.side} ${f.id}`).sort()).toEqual(findings);
    const doubts = json.notes.filter((n) => /^(sides|healthy-side|different)-/.test(n.id));
    expect(doubts.map((n) => n.id)).toEqual(note === "" ? [] : [note]);
    for (const doubt of doubts) expect(text).toContain(doubt.says);
    expect(status).toBe(expected);
  });
});
