import { describe, expect, it } from "vitest";
import type { ExitStatus } from "./command.ts";
import { commands } from "./commands/index.ts";
import { run } from "./run.ts";
import { type Ran, ran, withFiles } from "./testing/fake-console.ts";

const rules = "$ ip rule\n0:\tfrom all lookup local\n32766:\tfrom all lookup main\n";
const files: Readonly<Record<string, string | Uint8Array>> = {
  "rules.txt": rules,
  "empty.txt": "",
  "blank.txt": " \n\n",
  "typeset.txt": "-A OUTPUT -p tcp -m tcp –dport 80 -j ACCEPT\n",
  "prose.txt": "nothing works, please help\n",
  "package.json": '{\n  "name": "some-package",\n  "version": "1.0.0"\n}\n',
  "program.bin": Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]),
};

const go = (...args: string[]): Ran => ran(withFiles(files), (console) => run(args, console));

interface Printed {
  readonly schema: number;
  readonly diagnostics: readonly { readonly file: string; readonly code: string; readonly line: number }[];
}
const codesIn = (out: string): string[] => {
  const printed = JSON.parse(out) as Printed;
  expect(printed.schema).toBe(1);
  return printed.diagnostics.map((d) => `${d.file} ${d.code}`);
};

const withJson: readonly (readonly [string, (file: string) => readonly string[]])[] = [
  ["parse", (file) => [file]],
  ["trace", (file) => ["--node", file, "--from", "host", "--to", "192.0.2.1:80"]],
  ["diff", (file) => ["--healthy", "rules.txt", "--broken", file]],
  ["diff", (file) => ["--healthy", file, "--broken", "rules.txt"]],
  ["diagnose", (file) => ["--broken", file]],
  ["diagnose", (file) => ["--healthy", "rules.txt", "--broken", file]],
];
const withoutJson: readonly (readonly [string, (file: string) => readonly string[]])[] = [
  ["print", (file) => [file, "--as", "iptables-save"]],
  ["link", (file) => ["--broken", file]],
];
const unusable: readonly (readonly [file: string, code: string])[] = [
  ["missing.txt", "input/unreadable"],
  ["empty.txt", "paste/empty"],
  ["blank.txt", "paste/empty"],
  ["prose.txt", "paste/nothing-recognised"],
  ["package.json", "kubectl-get/no-object"],
  ["program.bin", "paste/binary"],
];

describe("--as-pasted", () => {
  it("may stand anywhere, and leaves out repairs", () => {
    expect(codesIn(go("parse", "typeset.txt", "--json").out)).toContain("typeset.txt paste/repaired-typography");
    const as = codesIn(go("--as-pasted", "parse", "typeset.txt", "--json").out);
    expect(as).not.toContain("typeset.txt paste/repaired-typography");
    expect(as).toContain("typeset.txt rule/stray-word");
    expect(go("print", "typeset.txt", "--as", "iptables-save").out).toContain(
      "-A OUTPUT -p tcp -m tcp --dport 80 -j ACCEPT",
    );
    expect(go("print", "--as-pasted", "typeset.txt", "--as", "iptables-save").out).toContain("–dport 80");
  });
});

describe("input that cannot be worked with is status 2", () => {
  const cases = withJson.flatMap(([name, args]) =>
    unusable.map(([file, code]) => [[name, ...args(file)].join(" "), file, code] as const),
  );
  it.each(cases)("natlens %s", (line, file, code) => {
    const plain = go(...line.split(" "));
    expect(plain.status).toBe(2);
    expect(`${plain.out}${plain.err}`).toContain(file);
    const json = go(...line.split(" "), "--json");
    expect(json.status).toBe(2);
    expect(codesIn(json.out)).toContain(`${file} ${code}`);
  });

  it.each(withoutJson.flatMap(([name, args]) => unusable.map(([file]) => [[name, ...args(file)].join(" ")])))(
    "natlens %s",
    (line) => {
      const { status, out, err } = go(...line.split(" "));
      expect({ status, out }).toEqual({ status: 2, out: "" });
      expect(err).not.toBe("");
    },
  );

  it("every file that cannot be read is named", () => {
    const { status, out, err } = go("diagnose", "--healthy", "a", "--broken", "b", "rules.txt", "--json");
    expect(status).toBe(2);
    expect(err).toBe("natlens: a: no such file\nnatlens: b: no such file");
    expect(codesIn(out)).toEqual(["a input/unreadable", "b input/unreadable"]);
  });
});

describe("usage", () => {
  it.each([
    ["", /^usage:\n {2}natlens parse/],
    ["nonsense", /^natlens: no such command: nonsense\nusage:/],
    ["parse", /^natlens: parse needs a file\nusage: natlens parse FILE/],
    ["parse --nonsense x", /^natlens: Unknown option '--nonsense'/],
    ["print rules.txt", /^natlens: print needs --as /],
    ["trace --node rules.txt --to here", /^natlens: --to takes IP:PORT\nusage: natlens trace/],
    ["diff --broken rules.txt", /^natlens: diff needs /],
    ["diagnose", /^natlens: diagnose needs /],
    ["diagnose rules.txt", /^natlens: which side is rules.txt of/],
    ["link", /^natlens: link needs /],
    ["open", /^natlens: open needs one link/],
    ["collect --via pigeon", /^natlens: --via takes node, ssh, kubectl-debug/],
    ["parse rules.txt --lang fr", /^natlens: --lang takes en or zh-CN/],
  ])("natlens %s is told on stderr, status 2", (line, expected) => {
    const { status, out, err } = go(...line.split(" ").filter(Boolean));
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(expected);
  });

  it("is told as a diagnostic, too, where JSON is asked for", () => {
    expect(codesIn(go("diagnose", "--json").out)).toEqual([" input/usage"]);
  });

  it("help is no mistake: on stdout, status 0", () => {
    for (const line of ["--help", "-h", "help", "help --lang zh-CN"]) {
      const { status, out, err } = go(...line.split(" "));
      expect({ status, err }).toEqual({ status: 0, err: "" });
      for (const { usage } of commands) expect(out).toContain(`natlens ${usage}`);
    }
    expect(go("help", "--lang", "zh-CN").out).toContain("退出状态");
  });

  it.each(commands.map((c) => [c.name, c] as const))("natlens %s --help tells every option of its own", (name, c) => {
    for (const args of [
      [name, "--help"],
      [name, "x", "-h"],
      ["help", name],
      ["--help", name],
    ]) {
      const { status, out, err } = go(...args);
      expect({ status, err }).toEqual({ status: 0, err: "" });
      expect(out).toContain(`usage: natlens ${c.usage}`);
    }
    const told = c.details.map((line) => line.en).join("\n");
    for (const [option] of c.usage.matchAll(/--[a-z]+/g)) expect(told).toContain(option);
  });
});

describe("status", () => {
  it.each<[string, ExitStatus]>([
    ["parse rules.txt", 0],
    ["diff --healthy rules.txt --broken rules.txt", 0],
    ["diagnose --broken rules.txt", 3],
    ["trace --node rules.txt --to 192.0.2.1:80", 3],
    ["link --broken rules.txt", 0],
    ["open nonsense", 2],
    ["open nonsense --json", 2],
    ["collect", 0],
    ["collect --via ssh", 0],
  ])("natlens %s is %d", (line, status) => {
    expect(go(...line.split(" ")).status).toBe(status);
  });

  it("a permalink opens to the verdict of what went into it", () => {
    const { out } = go("link", "--broken", "rules.txt");
    expect(go("open", out).status).toBe(go("diagnose", "--broken", "rules.txt").status);
  });
});
