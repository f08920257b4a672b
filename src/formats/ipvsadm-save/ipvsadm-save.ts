import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { words } from "../../base/words.ts";
import type { Forwarding, MarkServer, RealServer, VirtualServer } from "../../model/ipvs/virtual-server.ts";
import { addressPort } from "../address-port.ts";
import type { Format } from "../format.ts";
import { type Word, wordsOf } from "../words.ts";

/**
 * `ipvsadm -S -n` (ipvsadm 1.31):
 *   -A -t 192.0.2.1:443 -s rr -p 10800
 *   -a -t 192.0.2.1:443 -r 198.51.100.7:6443 -m -w 1
 */
// conntrack -o save begins with -A -t SECONDS -u STATUS
const line = /^(?:-A|-a|--add-service|--add-server) (?:-t|-u|-f|--(?:tcp|udp|sctp|fwmark)-service) (?!\d+ -u )\S/;
const protocols: Readonly<Record<string, "tcp" | "udp" | "sctp">> = {
  "-t": "tcp",
  "--tcp-service": "tcp",
  "-u": "udp",
  "--udp-service": "udp",
  "--sctp-service": "sctp",
};
const methods: Readonly<Record<string, Forwarding>> = { "-m": "masq", "-g": "route", "-i": "tunnel" };

interface Draft {
  readonly server: Omit<VirtualServer, "realServers"> | Omit<MarkServer, "realServers">;
  readonly reals: RealServer[];
}

const after = (list: readonly Word[], ...names: string[]): string | undefined => {
  const at = list.findIndex((w) => names.includes(w.text));
  return at === -1 ? undefined : list[at + 1]?.text;
};

export const ipvsadmSave: Format = {
  id: "ipvsadm-save",
  title: words("ipvsadm -S", "ipvsadm -S"),
  sniff: (text) => (line.test(text) ? "strong" : undefined),
  printedBy: (command) => command[0] === "ipvsadm" && command.some((w) => /^-\w*S|--save/.test(w)),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const drafts = new Map<string, Draft>();
    for (let i = 0; i < lines.length; i++) {
      const list = wordsOf(lines.text(i));
      const [verb, kind, where] = list;
      if (!verb || !kind || !where) continue;
      const complain = (code: Defect<"ipvsadm-save">, word: Word, en: string, zh: string): void => {
        diagnostics.push({
          code: `ipvsadm-save/${code}`,
          severity: "error",
          at: lines.span(i, word.from, word.to),
          message: words(en, zh),
          advice: words("Print with ipvsadm -S -n.", "请用 ipvsadm -S -n 打印。"),
        });
      };
      const proto = protocols[kind.text];
      const key = `${proto ?? "fwmark"} ${where.text}`;
      if (verb.text === "-A" || verb.text === "--add-service") {
        const scheduler = after(list, "-s", "--scheduler") ?? "wlc";
        const p = after(list, "-p", "--persistent");
        const persistence = p === undefined ? {} : { persistence: Number(p) || 300 };
        const at = lines.span(i);
        if (!proto) {
          drafts.set(key, {
            server: {
              fwmark: Number(where.text),
              family: list.some((w) => w.text === "-6") ? 6 : 4,
              scheduler,
              ...persistence,
              at,
            },
            reals: [],
          });
          continue;
        }
        const found = addressPort(where.text);
        if (!found)
          complain(
            "bad-address",
            where,
            `${where.text} is no address with a port.`,
            `${where.text} 不是带端口的地址。`,
          );
        else
          drafts.set(key, {
            server: {
              proto,
              ...found,
              scheduler,
              ...persistence,
              flags: (after(list, "-b") ?? "").split(",").filter(Boolean),
              at,
            },
            reals: [],
          });
        continue;
      }
      const real = list.find((_, k) => ["-r", "--real-server"].includes(list[k - 1]?.text ?? ""));
      const found = real && addressPort(real.text);
      const draft = drafts.get(key);
      if (!real || !found)
        complain(
          "bad-address",
          real ?? where,
          "The real server is no address with a port.",
          "真实服务器不是带端口的地址。",
        );
      else if (!draft)
        complain(
          "server-not-declared",
          where,
          `Virtual server ${where.text} has no -A line.`,
          `虚拟服务 ${where.text} 没有 -A 行。`,
        );
      else {
        const method = list.map((w) => methods[w.text]).find((m) => m !== undefined);
        draft.reals.push({
          ...found,
          forwarding: method ?? "route",
          weight: Number(after(list, "-w", "--weight") ?? "1"),
          at: lines.span(i),
        });
      }
    }
    const servers: VirtualServer[] = [];
    const markServers: MarkServer[] = [];
    for (const { server, reals } of drafts.values()) {
      if ("fwmark" in server) markServers.push({ ...server, realServers: reals });
      else servers.push({ ...server, realServers: reals });
    }
    return {
      value: {
        contributions: [{ kind: "ipvs", servers, markServers }],
        coverage: cut || command?.filtered || diagnostics.length > 0 ? "partial" : "whole",
        counts: [{ n: servers.length + markServers.length, of: words("virtual servers", "个虚拟服务") }],
      },
      diagnostics,
    };
  },
};
