import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { Format } from "../format.ts";

/** `sysctl -a`: `net.ipv4.ip_forward = 1`; `grep . /proc/sys/…`: `/proc/sys/net/ipv4/ip_forward:1`. */
const dotted = /^-?((?:net|kernel|vm|fs|dev|user|abi|debug|crypto|sunrpc)[./][^\s=]+?)\s*=\s*(.*)$/;
const path = /^\/proc\/sys\/([^:\s]+):(.*)$/;

export const sysctl: Format = {
  id: "sysctl",
  title: words("sysctl", "sysctl"),
  sniff: (line) => (dotted.test(line) || path.test(line) ? "strong" : undefined),
  printedBy: (command) =>
    command[0] === "sysctl" || (command[0] === "grep" && command.some((w) => w.startsWith("/proc/sys/"))),
  parse({ lines, command, cut }) {
    const sysctls = new Map<string, { value: string; at: Span }>();
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i).trim();
      const found = dotted.exec(text);
      const raw = path.exec(text);
      // In the dotted form a slash stands for a dot inside an interface name (net.ipv4.conf.eth0/100.rp_filter).
      const key = found
        ? found[1]?.includes(".")
          ? found[1].replaceAll("/", "\u0000").replaceAll("\u0000", ".")
          : found[1]?.replaceAll("/", ".")
        : raw?.[1]?.replaceAll("/", ".");
      const value = (found?.[2] ?? raw?.[2] ?? "").trim();
      if (key !== undefined) sysctls.set(key, { value, at: lines.span(i) });
    }
    return {
      value: {
        contributions: [{ kind: "sysctls", sysctls }],
        coverage: cut || command?.filtered ? "partial" : "whole",
        counts: [{ n: sysctls.size, of: words("settings", "项设置") }],
      },
      diagnostics: [],
    };
  },
};
