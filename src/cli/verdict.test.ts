import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { diagnose } from "./commands/diagnose.ts";
import { diff } from "./commands/diff.ts";
import { trace } from "./commands/trace.ts";
import { type Ran, ran } from "./testing/fake-console.ts";

const scenarios = fileURLToPath(new URL("../scenarios", import.meta.url));
const side = (slug: string, name: string): string[] =>
  readdirSync(join(scenarios, slug, name)).map((file) => join(scenarios, slug, name, file));

function run(
  command: typeof diagnose,
  args: readonly string[],
  language: "en" | "zh-CN" = "en",
): Ran & { json(): Json } {
  const done = ran(
    (path) => [{ name: path, content: readFileSync(path) }],
    (console) => command.run(args, console, language),
  );
  return { ...done, json: () => JSON.parse(done.out) as Json };
}
type Json = { readonly [key: string]: Json } & readonly Json[] & string;

describe.each(["incident", "incident-as-reported"])("the command line on %s", (slug) => {
  const healthy = side(slug, "healthy");
  const broken = side(slug, "broken");

  it("diagnose: exit 1, and the documented fields", () => {
    const { status, json } = run(diagnose, ["--healthy", ...healthy, "--broken", ...broken, "--json"]);
    const verdict = json();
    expect(status).toBe(1);
    expect(verdict.schema).toBe(1);
    const [finding] = verdict.findings ?? [];
    expect(Object.keys(finding ?? {})).toEqual(
      expect.arrayContaining([
        "id",
        "kind",
        "certainty",
        "title",
        "what",
        "why",
        "fix",
        "proven",
        "side",
        "evidence",
        "flows",
      ]),
    );
    expect(finding).toMatchObject({ id: "cluster-cidr-missing", kind: "fault", proven: true, side: "broken" });
    expect(finding?.flows?.[0]).toMatchObject({
      from: "host",
      to: "10.20.0.1:443",
      proto: "tcp",
      healthy: "delivered",
      broken: "reply-lost",
      masquerade: { healthy: true, broken: false },
      sourceSeen: { broken: "10.20.0.1" },
    });
    for (const e of finding?.evidence ?? [])
      expect(Object.keys(e)).toEqual(expect.arrayContaining(["file", "line", "text"]));
    for (const key of ["undecidable", "assumptions", "diagnostics"]) expect(Array.isArray(verdict[key])).toBe(true);
    for (const a of verdict.assumptions ?? [])
      expect(Object.keys(a)).toEqual(expect.arrayContaining(["about", "because", "settledBy"]));
  });

  it("diagnose: exit 0 on the same healthy node twice", () => {
    const { status, json } = run(diagnose, ["--healthy", ...healthy, "--broken", ...healthy, "--json"]);
    expect(json().findings).toEqual([]);
    expect(status).toBe(0);
  });

  it("diagnose: speaks both languages", () => {
    const args = ["--healthy", ...healthy, "--broken", ...broken];
    expect(run(diagnose, args).out).toContain("reply lost");
    const { out } = run(diagnose, args, "zh-CN");
    expect(out).toContain("回包丢失");
    expect(out).toContain("--cluster-cidr=10.20.0.0/16");
  });

  it("diff: one difference changes a packet's fate; none where nothing differs", () => {
    const { status, json } = run(diff, ["--healthy", ...healthy, "--broken", ...broken, "--json"]);
    expect(status).toBe(1);
    const fate = [...(json().changes ?? [])].filter((c) => String(c.class) === "fate");
    expect(
      fate.map((c) => [
        String(c.about),
        String(c.healthy?.text).includes("KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ"),
        c.broken,
      ]),
    ).toEqual([["rule", true, null]]);
    expect(run(diff, ["--healthy", ...healthy, "--broken", ...healthy]).status).toBe(0);
  });

  it("trace: hops with the fields of a recorded kernel trace", () => {
    const { status, json } = run(trace, ["--node", ...broken, "--from", "host", "--to", "10.20.0.1:443", "--json"]);
    expect(status).toBe(1);
    const traced = json();
    expect(String(traced.outcome)).toBe("reply-lost");
    const hops = [...(traced.hops ?? [])];
    expect(hops.length).toBeGreaterThan(5);
    for (const hop of hops)
      expect(Object.keys(hop)).toEqual(
        expect.arrayContaining([
          "hook",
          "table",
          "chain",
          "rule",
          "kind",
          "target",
          "verdict",
          "in",
          "out",
          "src",
          "dst",
          "sport",
          "dport",
          "mark",
        ]),
      );
    const jump = hops.find((h) => String(h.target) === "KUBE-SERVICES");
    expect(jump).toMatchObject({
      hook: "OUTPUT",
      table: "nat",
      chain: "OUTPUT",
      rule: 1,
      kind: "rule",
      verdict: "JUMP",
      out: "lo",
      src: "10.20.0.1",
      dst: "10.20.0.1",
      dport: 443,
      mark: 0,
    });
    expect(
      run(trace, ["--node", ...broken, "--from", "host", "--src", "10.19.136.10", "--to", "10.20.0.1:443"]).status,
    ).toBe(0);
    expect(
      run(trace, [
        "--node",
        ...healthy,
        ...(slug === "incident" ? [] : broken.filter((f) => f.includes("ipvsadm"))),
        "--from",
        "host",
        "--to",
        "10.20.0.1:443",
      ]).status,
    ).toBe(0);
  });
});

describe("a listing in place of iptables-save", () => {
  const listings = fileURLToPath(new URL("../formats/iptables-list/fixtures", import.meta.url));
  const listing = (name: string): string => join(listings, `${name}.txt`);
  const others = (name: string): string[] => side("incident", name).filter((file) => !file.includes("iptables-save"));
  const healthy = side("incident", "healthy");

  it("shows the fault all the same, where what it hides could not heal it", () => {
    const nat = listing("incident-broken-nat.iptables-1.8.9-legacy-nL");
    const { status, json } = run(diagnose, ["--broken", ...others("broken"), nat, "--json"]);
    expect(json().findings?.map?.((f) => String(f.id))).toEqual(["cluster-cidr-missing"]);
    expect(json().diagnostics?.map?.((d) => String(d.code))).toContain("iptables-list/without-interfaces");
    expect(status).toBe(1);
  });
  it.each([
    ["a rule for one interface of the pods", ["by-interface-nat.iptables-1.8.9-legacy-nL"], "iptables-save -t nat"],
    [
      "rules that drop what goes by another interface",
      ["incident-nat.iptables-1.8.9-legacy-nvL", "dropped-on-one-interface.iptables-1.8.9-legacy-nL"],
      "iptables-save -t filter",
    ],
  ])("accuses nobody of %s, and asks for more", (_, names, paste) => {
    const node = [...others("healthy"), ...names.map(listing)];
    for (const args of [
      ["--broken", ...node],
      ["--healthy", ...healthy, "--broken", ...node],
    ]) {
      const { status, json } = run(diagnose, [...args, "--json"]);
      expect(json().findings).toEqual([]);
      expect(json().undecidable?.map?.((u) => String(u.paste))).toContain(paste);
      expect(json().undecidable?.map?.((u) => u.side)).toContain("broken");
      expect(status).toBe(3);
    }
  });
  it("with -v tells what the saved rules tell", () => {
    const node = [...others("healthy"), listing("by-interface-nat.iptables-1.8.9-legacy-nvL")];
    expect(run(diagnose, ["--broken", ...node]).status).toBe(0);
  });
  it("differs in nothing from the saved rules", () => {
    for (const name of ["incident-nat.iptables-1.8.9-legacy-nvL", "incident-nat.iptables-1.8.9-legacy-nL-numbers"]) {
      const { status, json } = run(diff, [
        "--healthy",
        ...healthy,
        "--broken",
        ...others("healthy"),
        listing(name),
        "--json",
      ]);
      expect([...(json().changes ?? [])].filter((c) => String(c.about) === "rule")).toEqual([]);
      expect(status).toBe(0);
    }
  });
});

describe("input that cannot be worked with", () => {
  const readme = join(scenarios, "scenario.ts");
  it("is exit 2, with its diagnostics", () => {
    const { status, json } = run(diagnose, ["--broken", readme, "--json"]);
    expect(status).toBe(2);
    expect(json().findings).toEqual([]);
    expect((json().diagnostics ?? []).length).toBeGreaterThan(0);
  });
  it.each([[[]], [["--broken", "x", "--nonsense"]], [["stray"]]])("%j is a usage error", (args) => {
    expect(() => run(diagnose, args)).toThrow();
  });
  it.each([
    ["--to 10.0.0.1"],
    ["--from nowhere --to 10.0.0.1:1"],
    ["--to 10.0.0.1:99999"],
    ["--to 10.0.0.1:1 --proto icmp"],
  ])("trace %s is a usage error", (text) => {
    expect(() => run(trace, ["--node", readme, ...text.split(" ")])).toThrow();
  });
});
