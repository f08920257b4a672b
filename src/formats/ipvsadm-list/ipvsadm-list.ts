import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { words } from "../../base/words.ts";
import type { Forwarding, MarkServer, RealServer, VirtualServer } from "../../model/ipvs/virtual-server.ts";
import { addressPort } from "../address-port.ts";
import type { Format } from "../format.ts";

/**
 * `ipvsadm -L -n` (ipvsadm 1.31); pasted pages lose the two blanks before `->`:
 *   IP Virtual Server version 1.2.1 (size=4096)
 *   Prot LocalAddress:Port Scheduler Flags
 *     -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
 *   TCP  192.0.2.1:443 rr persistent 10800
 *     -> 198.51.100.7:6443            Masq    1      0          3
 *   SCTP 192.0.2.11:3868 sh (sh-fallback,sh-port)
 *   FWM  1000 wlc persistent 300 mask 255.255.255.0
 *   UDP  192.0.2.12:5060 rr ops
 */
const banner = /^IP Virtual Server version |^Prot LocalAddress:Port|^\s*-> RemoteAddress:Port/;
const service = /^(TCP|UDP|SCTP) +(\S+) +([a-z]\w*)(?: \(([^)]*)\))?(?: persistent (\d+))?(?: .*)?$/;
const marked = /^FWM +(\d+) +(IPv6 )?([a-z]\w*)(?: \(([^)]*)\))?(?: persistent (\d+))?(?: .*)?$/;
const real = /^\s*-> +(\S+) +(Masq|Local|Tunnel|Route) +(\d+) /;
const counters = /^(?:TCP|UDP|SCTP) +\S+:\S+ +\d|^\s*-> \S+ +\d/;
const methods: Readonly<Record<string, Forwarding>> = {
  Masq: "masq",
  Local: "local",
  Tunnel: "tunnel",
  Route: "route",
};

interface Draft {
  readonly server: Omit<VirtualServer, "realServers"> | Omit<MarkServer, "realServers">;
  readonly reals: RealServer[];
}

export const ipvsadmList: Format = {
  id: "ipvsadm-list",
  title: words("ipvsadm -L", "ipvsadm -L"),
  sniff(line, inside) {
    if (banner.test(line) || service.test(line) || marked.test(line)) return "strong";
    if (real.test(`${line} `)) return inside ? "strong" : "weak";
    return inside && (counters.test(line) || line.trimStart().startsWith("-> ")) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ipvsadm" &&
    !command.some((w) => /^-\w*[Sc]|^--save|^--connection/.test(w)) &&
    (command.length === 1 || command.some((w) => /^-\w*[Ll]|^--list/.test(w))),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    // `ipvsadm -Ln -t 192.0.2.1:443`: one virtual server
    const one = command?.words.some((w) => /^(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service)$/.test(w)) ?? false;
    const drafts: Draft[] = [];
    let current: Draft | undefined;
    // --stats, --rate and the like have other columns on every line; that is said once
    let columnsSaid = false;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "" || banner.test(text)) continue;
      const complain = (code: Defect<"ipvsadm-list">, en: string, zh: string): void => {
        diagnostics.push({
          code: `ipvsadm-list/${code}`,
          severity: "error",
          at: lines.span(i),
          message: words(en, zh),
          advice: words("Print with ipvsadm -S -n.", "用 ipvsadm -S -n 打印。"),
        });
      };
      const at = lines.span(i);
      const [, proto, where = "", scheduler = "", flags = "", seconds] = service.exec(text) ?? [];
      const persistence = seconds === undefined ? {} : { persistence: Number(seconds) };
      if (proto !== undefined) {
        const found = addressPort(where);
        current = undefined;
        if (!found) complain("bad-address", `${where} is no address with a port.`, `${where} 不是带端口的地址。`);
        else {
          const ops = / ops\b/.test(text) ? ["ops"] : [];
          const kind = proto.toLowerCase() as VirtualServer["proto"];
          const list = [...flags.split(",").filter(Boolean), ...ops];
          current = { server: { proto: kind, ...found, scheduler, ...persistence, flags: list, at }, reals: [] };
          drafts.push(current);
        }
        continue;
      }
      const [, mark, wide, markScheduler = "", , markSeconds] = marked.exec(text) ?? [];
      if (mark !== undefined) {
        const kept = markSeconds === undefined ? {} : { persistence: Number(markSeconds) };
        current = {
          server: { fwmark: Number(mark), family: wide ? 6 : 4, scheduler: markScheduler, ...kept, at },
          reals: [],
        };
        drafts.push(current);
        continue;
      }
      const [, target = "", method = "", weight = "1"] = real.exec(`${text} `) ?? [];
      const found = addressPort(target);
      if (method === "" && columnsSaid) continue;
      if (method === "") columnsSaid = true;
      if (method === "")
        complain(
          "not-understood",
          "This line has other columns than ipvsadm -L -n prints.",
          "该行的列与 ipvsadm -L -n 打印的不同。",
        );
      else if (!found) complain("bad-address", `${target} is no address with a port.`, `${target} 不是带端口的地址。`);
      else if (!current)
        complain(
          "server-not-declared",
          "No virtual server stands above this real server.",
          "该真实服务器上方没有虚拟服务。",
        );
      else current.reals.push({ ...found, forwarding: methods[method] ?? "masq", weight: Number(weight), at });
    }
    const servers: VirtualServer[] = [];
    const markServers: MarkServer[] = [];
    for (const { server, reals } of drafts) {
      if ("fwmark" in server) markServers.push({ ...server, realServers: reals });
      else servers.push({ ...server, realServers: reals });
    }
    return {
      value: {
        contributions: [{ kind: "ipvs", servers, markServers }],
        coverage: cut || command?.filtered || one || diagnostics.length > 0 ? "partial" : "whole",
        counts: [{ n: servers.length + markServers.length, of: words("virtual servers", "个虚拟服务") }],
      },
      diagnostics,
    };
  },
};
