import { existsSync, readFileSync } from "node:fs";
import { sourceText } from "../../base/source.ts";
import { readNode } from "../../formats/read.ts";
import { guessFor } from "../../kube-proxy/expectations.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { known } from "../conformance/case-snapshot.ts";
import { type Facts, flowOf } from "../conformance/scenarios.ts";
import type { Flow } from "../flow.ts";
import type { World } from "../world.ts";

const folder = new URL("../conformance/fixtures/scenarios/", import.meta.url);
const nodeFiles = [
  "iptables-save",
  "ip6tables-save",
  "ipset-save",
  "ipvsadm-Sn",
  "ip-addr",
  "ip-route-table-all",
  "ip-rule",
  "sysctl",
];

export type Edit = (file: string, text: string) => string;

/** What a recorded node printed, changed as text. */
export const recordedDumps = (
  scenario: string,
  edit: Edit = (_file, text) => text,
): readonly { readonly name: string; readonly content: string }[] =>
  nodeFiles.flatMap((name) => {
    const file = new URL(`${scenario}/${name}.txt`, folder);
    const content = existsSync(file) ? edit(name, readFileSync(file, "utf8")) : "";
    return content === "" ? [] : [{ name: `${name}.txt`, content }];
  });

/** A recorded node, its dumps changed as text before they are read. */
export const recorded = (scenario: string, edit?: Edit): NodeSnapshot =>
  known(readNode(recordedDumps(scenario, edit).map((d) => sourceText(d.name, d.name, d.content))).snapshot);

/** What lies beyond the recorded node, as its router's table says, with extra routes. */
export function routerOf(scenario: string, extra = ""): World["beyond"] {
  const text = `${readFileSync(new URL(`${scenario}/router-ip-route-table-all.txt`, folder), "utf8")}${extra}`;
  return { router: readNode([sourceText("router", "router", text)]).snapshot.routes.list };
}

const factsIn = (scenario: string): Facts =>
  JSON.parse(readFileSync(new URL(`${scenario}/facts.json`, folder), "utf8")) as Facts;

/** The kernel made the connection that was recorded on a node. */
export const connectedIn = (scenario: string): boolean => factsIn(scenario).connectOk;

/** The flow that was recorded on a node. */
export function flowIn(scenario: string): Flow {
  const flow = flowOf(factsIn(scenario));
  if (!flow) throw new Error(`no flow in ${scenario}`);
  return flow;
}

export const worldOf = (snapshot: NodeSnapshot, beyond: World["beyond"]): World => ({
  snapshot,
  beyond,
  guess: guessFor(snapshot),
  masqueradeMark: 0x4000,
});

export function ip(text: string): Ip {
  const found = parseIp(text);
  if (found === undefined) throw new Error(`not an address: ${text}`);
  return found;
}
