import { readdirSync, readFileSync } from "node:fs";

const folder = (scenario: string, side: string): URL =>
  new URL(`../src/scenarios/${scenario}/${side}/`, import.meta.url);

/** The dumps of a scenario's side: file name to text. */
export function dumps(scenario: string, side: "healthy" | "broken"): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder(scenario, side)).map((name) => [
      name,
      readFileSync(new URL(name, folder(scenario, side)), "utf8"),
    ]),
  );
}

const reported = (side: "healthy" | "broken", ...names: string[]): string =>
  names.map((name) => dumps("incident-as-reported", side)[`${name}.txt`] ?? "").join("\n");

/** What was written down of the incident in 2019: two nat tables, one virtual server, one address. */
export const seed = {
  healthy: reported("healthy", "iptables-save"),
  broken: reported("broken", "iptables-save", "ipvsadm-save", "ip-addr"),
};
