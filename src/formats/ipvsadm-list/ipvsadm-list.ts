import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { type Words, words } from "../../base/words.ts";
import type { Forwarding } from "../../model/ipvs/virtual-server.ts";
import { type AddressPort, addressPort, hexAddressPort } from "../address-port.ts";
import { counted } from "../counted.ts";
import type { Format, Lines } from "../format.ts";
import { newServerDrafts, type Server, serverKey } from "../ipvsadm-save/server-drafts.ts";
import { type Columns, columnsOf, columnsUnder } from "./columns.ts";

/**
 * `ipvsadm -L -n` (ipvsadm 1.31); pasted pages lose the two blanks before `->`:
 *   IP Virtual Server version 1.2.1 (size=4096)
 *   Prot LocalAddress:Port Scheduler Flags
 *     -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
 *   TCP  192.0.2.1:443 rr persistent 10800
 *     -> 198.51.100.7:6443            Masq    1      0          3
 *   SCTP 192.0.2.11:3868 sh (sh-fallback,sh-port)
 *   FWM  1000 wlc persistent 300 mask 255.255.255.0
 *   UDP  192.0.2.12:5060 rr persistent 60 pe sip ops
 * --stats, --rate, --thresholds, --persistent-conn and --tun-info have other columns, which their headers name; without
 * -n a service is cut at 33 characters, its port with it. /proc/net/ip_vs is alike, in hexadecimal:
 *   TCP  0A140001:01BB rr persistent 10800 FFFFFFFF
 */
const banner = /^IP Virtual Server version |^Prot LocalAddress:Port|^\s*-> RemoteAddress:Port/;
const service =
  /^(TCP|UDP|SCTP) +(\S*[:.]\S*) +([a-z]\w*)((?: +(?:\([^)]*\)|persistent \d+|[0-9A-F]{8}|mask \S+|pe \S+|ops|-b \S+))*)(.*)$/;
const marked =
  /^FWM +([0-9A-Fa-f]+) +(IPv6 )?([a-z]\w*)((?: +(?:\([^)]*\)|persistent \d+|[0-9A-F]{8}|mask \S+|pe \S+|ops|-b \S+))*)(.*)$/;
const schedulers = /^(?:rr|wrr|lc|wlc|lblc|lblcr|dh|sh|sed|nq|fo|ovf|mh|twos)$/;
/** With --stats and --rate numbers stand in the place of the scheduler. */
const withCounters = /^(TCP|UDP|SCTP|FWM) +(\S+)(?: IPv6)?(?: +\d+[KMGT]?){5}\s*$/;
const real = /^\s*-> +(\S+)(?: +(\S.*?))?\s*$/;
const setting = /^Timeout \(tcp tcpfin udp\): |^(?:master|backup) sync daemon \(/;
const methods: Readonly<Record<string, Forwarding>> = {
  Masq: "masq",
  Local: "local",
  Tunnel: "tunnel",
  Route: "route",
};
const printWith = words("Print with ipvsadm -S -n.", "用 ipvsadm -S -n 打印。");

export const ipvsadmList: Format = {
  id: "ipvsadm-list",
  title: words("ipvsadm -L", "ipvsadm -L"),
  sniff(line, inside) {
    if (banner.test(line) || marked.test(line) || setting.test(line)) return "strong";
    const found = service.exec(line);
    if (found) return found[5]?.trim() === "" || schedulers.test(found[3] ?? "") ? "strong" : undefined;
    if (/^\s*-> +\S+:\S+ +(?:Masq|Local|Tunnel|Route) /.test(line)) return inside ? "strong" : "weak";
    return inside && (withCounters.test(line) || real.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) =>
    (command[0] === "ipvsadm" &&
      !command.some((w) => /^-\w*[SRc]|^--save|^--restore|^--connection/.test(w)) &&
      (command.length === 1 || command.some((w) => /^-\w*[Ll]|^--list|^-n$/.test(w)))) ||
    (/^(?:cat|head|tail|less|more)$/.test(command[0] ?? "") && command.includes("/proc/net/ip_vs")),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    // `ipvsadm -Ln -t 192.0.2.1:443`: one virtual server
    const one = command?.words.some((w) => /^(?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service)$/.test(w)) ?? false;
    const drafts = newServerDrafts();
    const hex = isHex(lines);
    let current: string | undefined;
    let columns: Columns | undefined;
    let other = false;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i).trimEnd();
      if (text === "") continue;
      const say = (code: Defect<"ipvsadm-list">, severity: Severity, part: string, message: Words): void => {
        const from = Math.max(0, text.indexOf(part));
        const at = lines.span(i, from, from + part.length);
        diagnostics.push({ code: `ipvsadm-list/${code}`, severity, at, message, advice: printWith });
      };
      if (banner.test(text)) {
        columns = columnsUnder(text) ?? columns;
        continue;
      }
      if (setting.test(text)) {
        say(
          "setting",
          "info",
          text,
          words("Timeouts and sync daemons of IPVS are not used.", "IPVS 的超时和同步守护进程未使用。"),
        );
        continue;
      }
      const address = (where: string): AddressPort | undefined => {
        const found = hex ? hexAddressPort(where) : addressPort(where);
        if (!found)
          say(
            "bad-address",
            "error",
            where,
            /:[\w.-]+$/.test(where)
              ? words(`${where} is no address with a port.`, `${where} 不是带端口的地址。`)
              : words(
                  `${where} is a name, cut off before its port: ipvsadm without -n prints so many characters only.`,
                  `${where} 是主机名，端口已被截断：不带 -n 的 ipvsadm 只打印这么多字符。`,
                ),
          );
        else if (found.named !== undefined)
          say(
            "port-name",
            "info",
            found.named,
            words(`${found.named} is taken for port ${found.port}.`, `${found.named} 按端口 ${found.port} 处理。`),
          );
        return found;
      };
      /** Service lines of --stats and --rate have counters in the place of the scheduler; that is said once. */
      const otherColumns = (): void => {
        if (other) return;
        other = true;
        say(
          "other-columns",
          "warning",
          text,
          words(
            "This listing does not show how packets are forwarded: the columns of ipvsadm -L -n are missing.",
            "该列表没有 ipvsadm -L -n 的列，看不出报文如何转发。",
          ),
        );
      };
      const at = lines.span(i);
      const plain = service.exec(text) ?? marked.exec(text);
      const bare = plain ? null : withCounters.exec(text);
      if (plain || bare) {
        current = undefined;
        if (bare) otherColumns();
        const [, kind = ""] = bare ?? /^(\S+)/.exec(text) ?? [];
        const where = (bare ? bare[2] : plain?.[kind === "FWM" ? 1 : 2]) ?? "";
        const [, , , scheduler = "", words_ = "", rest = ""] = plain ?? [];
        if (rest.trim() !== "")
          say(
            "unknown-word",
            "warning",
            rest.trim(),
            words(`“${rest.trim()}” is not known; it is kept.`, `无法识别“${rest.trim()}”，予以保留。`),
          );
        const common = { ...schedulingOf(scheduler, words_, rest), at };
        let server: Server | undefined;
        if (kind === "FWM")
          server = {
            fwmark: Number.parseInt(where, hex || /[A-Fa-f]|^0\d/.test(where) ? 16 : 10),
            family: / IPv6 /.test(`${text} `) ? 6 : 4,
            ...common,
          };
        else {
          const found = address(where);
          const proto = kind.toLowerCase() as "tcp" | "udp" | "sctp";
          if (found) server = { proto, address: found.address, port: found.port, ...common };
        }
        if (server) {
          drafts.put(server);
          current = serverKey(server);
        }
        continue;
      }
      const [, target = "", columnText = ""] = real.exec(text) ?? [];
      const list = columnText.split(/\s+/);
      columns ??= columnsOf(list);
      const { forward, weight, tunnel } = columns ?? {};
      const method = forward === undefined ? undefined : methods[list[forward] ?? ""];
      const count = weight === undefined ? "1" : (list[weight] ?? "");
      if (!columns || (forward !== undefined && method === undefined) || !/^\d+$/.test(count)) {
        say("not-understood", "error", text, words("The columns of this line are not known.", "该行的列无法识别。"));
        continue;
      }
      if (forward === undefined) otherColumns();
      const found = address(target);
      if (!found) continue;
      const wrapped = tunnel === undefined ? "n/a" : (list[tunnel] ?? "n/a");
      const entry = {
        address: found.address,
        port: found.port,
        forwarding: method ?? ("unknown" as const),
        weight: Number(count),
        ...(wrapped === "n/a" ? {} : { tunnel: tunnelWords(wrapped) }),
        at,
      };
      if (current === undefined || !drafts.add(current, entry))
        say(
          "server-not-declared",
          "error",
          text,
          words("No virtual server stands above this real server.", "该真实服务器上方没有虚拟服务。"),
        );
    }
    const whole =
      !cut &&
      !command?.filtered &&
      !one &&
      !other &&
      drafts.size > 0 &&
      !diagnostics.some((d) => d.severity === "error");
    return {
      value: {
        contributions: [drafts.contribution()],
        coverage: whole || isEmptyListing(lines, cut, command?.filtered) ? "whole" : "partial",
        counts: [
          counted(drafts.size, "virtual server", "virtual servers", "个虚拟服务"),
          counted(drafts.real, "real server", "real servers", "个真实服务器"),
        ],
      },
      diagnostics,
    };
  },
};

/** Three header lines and nothing else: IPVS is there and empty. */
function isEmptyListing(lines: Lines, cut: boolean, filtered = false): boolean {
  if (cut || filtered) return false;
  for (let i = 0; i < lines.length; i++) {
    const text = lines.text(i);
    if (text.trim() !== "" && !banner.test(text)) return false;
  }
  return /^\s*-> RemoteAddress:Port/.test(lines.text(lines.length - 1));
}

/** /proc/net/ip_vs: its addresses have eight hexadecimal digits and no dot. */
function isHex(lines: Lines): boolean {
  for (let i = 0; i < Math.min(lines.length, 1000); i++)
    if (/^(?:(?:TCP|UDP|SCTP) +|\s*-> +)(?:[0-9A-F]{8}|\[[0-9a-f:]{39}\]):[0-9A-F]{4} /.test(`${lines.text(i)} `))
      return true;
  return false;
}

/** `(sh-fallback,sh-port) persistent 300 mask 255.255.255.0 pe sip ops`; /proc has the mask in hexadecimal, always. */
function schedulingOf(scheduler: string, text: string, rest: string) {
  const flags = (/\(([^)]*)\)/.exec(text)?.[1] ?? "").split(",").filter(Boolean);
  const seconds = /persistent (\d+)/.exec(text)?.[1];
  const hexMask = / ([0-9A-F]{8})(?: |$)/.exec(text)?.[1];
  const dotted = hexMask
    ?.match(/../g)
    ?.map((byte) => Number.parseInt(byte, 16))
    .join(".");
  const mask = /mask (\S+)/.exec(text)?.[1] ?? (dotted === "255.255.255.255" ? undefined : dotted);
  const engine = /pe (\S+)/.exec(text)?.[1];
  const more = rest.trim();
  return {
    scheduler,
    ...(seconds === undefined ? {} : { persistence: Number(seconds) }),
    ...(mask === undefined ? {} : { mask }),
    flags: / ops\b/.test(text) ? [...flags, "ops"] : flags,
    ...(engine === undefined ? {} : { engine }),
    ...(more === "" ? {} : { more }),
  };
}

/** `gue:5555:-c` of --tun-info as `ipvsadm -S` says it. */
function tunnelWords(text: string): string {
  const [type = "", ...rest] = text.split(":");
  const port = rest.find((part) => /^\d+$/.test(part));
  const sum = rest.includes("-c") ? "--tun-nocsum" : rest.includes("+c") || rest.includes("c") ? "--tun-csum" : "";
  return [`--tun-type ${type}`, port === undefined ? "" : `--tun-port ${port}`, sum].filter(Boolean).join(" ");
}
