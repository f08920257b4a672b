import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fixtureChecks, plain, read } from "../testing/format-checks.ts";
import { ss } from "./ss.ts";

fixtureChecks(ss, import.meta.dirname);

const brief = (text: string) =>
  read(text)
    .snapshot.system.listeners.list.map(
      (l) => `${l.proto} ${l.address ?? "*"}${l.family ? `/${l.family}` : ""} ${l.port}`,
    )
    .sort();

it.each([
  ["iproute2-6.1.txt", "tcp * 10256"],
  ["net-tools-2.10.txt", "tcp * 10256"],
])("%s", (name, any) => {
  const text = readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");
  expect(brief(text)).toEqual([any, "tcp */4 30080", "tcp 127.0.0.1/4 10249", "udp 127.0.0.1/4 53"]);
});
const rows: [row: string, expected: object[]][] = [
  [
    'LISTEN 0      128          0.0.0.0:30080      0.0.0.0:*    users:(("kube-proxy",pid=911,fd=12))',
    [{ port: 30080, process: "kube-proxy" }],
  ],
  ["LISTEN 0      128    127.0.0.53%lo:53      0.0.0.0:*", [{ address: "127.0.0.53", device: "lo" }]],
  ["LISTEN 0      128             [::]:80         [::]:*", [{ family: 6, port: 80 }]],
  ["LISTEN 0      128    [2001:db8::7]:80         [::]:*", [{ address: "2001:db8::7" }]],
  [
    "tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      911/sshd",
    [{ port: 22, process: "sshd" }],
  ],
  ["ESTAB  0      0      192.0.2.7:22     192.0.2.9:50000", []],
  ["tcp        0      0 192.0.2.7:22            192.0.2.9:50000         ESTABLISHED", []],
];
it.each(rows)("%s", (row, expected) =>
  expect(plain(read(`${row}\n`).snapshot.system.listeners.list)).toMatchObject(expected),
);
it("is whole only for all protocols of both families", () => {
  const row = "tcp   LISTEN 0      128          0.0.0.0:30080      0.0.0.0:*\n";
  const coverage = (command: string) => read(`$ ${command}\n${row}`).snapshot.system.listeners.coverage;
  expect(["ss -tuln", "ss -ltn", "ss -tuln4", "ss -tuln | grep 300", "ss -tuln sport = :80"].map(coverage)).toEqual([
    "whole",
    "partial",
    "partial",
    "partial",
    "partial",
  ]);
});
